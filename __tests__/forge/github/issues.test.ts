import { describe, expect, test } from "vitest";
import { issueMarker, markedClosed } from "../../../src/domain/tracking/marker.ts";
import { issueTracker } from "../../../src/forge/github/issues.ts";
import { type FakeGitHub, gitHubFaults } from "../../support/github/fake-github.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { fakes } from "./fakes.ts";
import { eventAt } from "./scripted-server.ts";

const BOT = "github-actions[bot]";
const SCOPE = "running images";
const IMAGE = "ghcr.io/acme/app";
const marker = (image = IMAGE, scope = SCOPE) => issueMarker({ scope, image, isOpen: true });
const bodyOf = (image = IMAGE, scope = SCOPE) => `${marker(image, scope)}\n## It does not pass\n`;
const NEW = { title: `Image Gate: ${IMAGE}`, body: bodyOf(), labels: [], assignees: [] };

const startFake = fakes();

function tracker(github: FakeGitHub, over: { paceMs?: number } = {}) {
  return issueTracker({ token: FAKE_TOKEN, event: eventAt(github.url), scope: SCOPE, paceMs: 0, ...over });
}

const writes = (github: FakeGitHub) =>
  github.requests
    .filter(({ method, url }) => method !== "GET" && url !== "/graphql")
    .map(({ method, url }) => `${method} ${url.replace("/repos/acme/widget", "")}`);

describe("an issue is ours if its first line is the marker and the token's account wrote it", () => {
  test("not if another account wrote it, if the marker is further down, if it is of another run or a pull request", async () => {
    const github = await startFake(({ issues }) => {
      issues.plant({ author: "mallory", body: bodyOf() });
      issues.plant({ author: "mallory[bot]", body: bodyOf() });
      issues.plant({ author: BOT, body: `## Quoted\n${bodyOf()}` });
      issues.plant({ author: BOT, body: bodyOf(IMAGE, "another run") });
      issues.plant({ author: BOT, body: bodyOf(), isPullRequest: true });
      issues.plant({ author: BOT, body: "" });
    });
    expect(await tracker(github).ours()).toEqual([]);
  });

  test("whether it is open or closed, with and without the label, with line ends as GitHub gives them", async () => {
    const github = await startFake(({ issues }) => {
      issues.plant({ author: BOT, body: bodyOf().replaceAll("\n", "\r\n"), title: "one" });
      issues.plant({ author: BOT, body: markedClosed(bodyOf("nginx"), undefined), state: "closed", title: "two" });
    });
    expect(await tracker(github).ours()).toMatchObject([
      { number: 101, about: IMAGE, isOpen: true, title: "one", url: "https://github.com/acme/widget/issues/101" },
      { number: 102, about: "nginx", isOpen: false },
    ]);
  });

  test("on a late page, of an app", async () => {
    const github = await startFake(
      ({ issues }) => {
        for (let at = 0; at < 230; at += 1) issues.plant({ author: "my-app[bot]", body: `not ours ${at}` });
        issues.plant({ author: "my-app[bot]", body: bodyOf() });
      },
      { viewer: "my-app[bot]" },
    );
    expect(await tracker(github).ours()).toMatchObject([{ number: 331 }]);
  });

  test("if GitHub refuses to list them, nothing is taken for absent, so that none is opened a second time", async () => {
    const github = await startFake(({ issues }) => issues.plant({ author: BOT, body: bodyOf() }));
    github.fault(/GET .*\/issues/, { status: 422, message: "Validation Failed" });
    await expect(tracker(github).ours()).rejects.toThrow("The repository's issues could not be read");
  });

  test("if GitHub does not say whose token it is, none is: nothing is read or written", async () => {
    const github = await startFake(undefined, { viewer: undefined });
    await expect(tracker(github).ours()).rejects.toMatchObject({ code: "issues-identity-unknown" });
    await expect(tracker(github).open(NEW)).rejects.toMatchObject({ code: "issues-identity-unknown" });
    expect(github.requests.filter(({ url }) => url !== "/graphql")).toEqual([]);
  });

  test("with more issues than can be read, none is opened a second time", async () => {
    const github = await startFake(({ issues }) => {
      for (let at = 0; at < 10_001; at += 1) issues.plant({ author: BOT, body: "" });
    });
    await expect(tracker(github).ours()).rejects.toMatchObject({ code: "issues-too-many" });
  }, 600_000);
});

describe("opening", () => {
  test("gives assignees and labels", async () => {
    const github = await startFake();
    const to = tracker(github);
    const opened = await to.open({ ...NEW, labels: ["security"], assignees: ["@octocat", "hubot"] });
    await to.open({ ...NEW, body: bodyOf("nginx") });
    expect(opened).toMatchObject({ number: 101, about: IMAGE, isOpen: true, leftOut: [] });
    expect(github.issues.issues.get(101)).toMatchObject({
      title: NEW.title,
      body: NEW.body,
      labels: [{ name: "image-gate" }, { name: "security" }],
      assignees: [{ login: "octocat" }, { login: "hubot" }],
    });
    expect(writes(github)).toEqual(["POST /issues", "POST /issues"]);
    expect(await to.ours()).toMatchObject([{ number: 101 }, { number: 102, about: "nginx" }]);
  });

  test("says what GitHub silently drops without push access", async () => {
    const github = await startFake(({ issues }) => {
      issues.mayPush = false;
    });
    const { leftOut } = await tracker(github).open({ ...NEW, labels: ["security"], assignees: ["octocat"] });
    expect(leftOut).toEqual(["the assignee octocat", "the label security"]);
  });

  test("happens without assignees if GitHub refuses one of them, and says so", async () => {
    const github = await startFake();
    const { leftOut } = await tracker(github).open({ ...NEW, assignees: ["octocat", "nobody"] });
    expect(leftOut).toEqual(["the assignee octocat", "the assignee nobody"]);
    expect(github.issues.issues.get(101)?.labels).toMatchObject([{ name: "image-gate" }]);
  });

  test("refuses a body without its own marker", async () => {
    const github = await startFake();
    await expect(tracker(github).open({ ...NEW, body: "text" })).rejects.toThrow("marker");
    await expect(tracker(github).open({ ...NEW, body: bodyOf(IMAGE, "other") })).rejects.toThrow("marker");
    expect(writes(github)).toEqual([]);
  });
});

describe("changing", () => {
  async function opened() {
    const github = await startFake();
    const to = tracker(github);
    const issue = await to.open(NEW);
    github.requests.length = 0;
    return { github, to, issue, stored: () => github.issues.issues.get(101) };
  }

  test("writes title, body and state in one request, and the comment after it", async () => {
    const { github, to, issue, stored } = await opened();
    await to.change(issue, { title: "new", body: `${marker()}\nnew`, state: "completed", comment: "It passes." });
    expect(stored()).toMatchObject({ title: "new", state: "closed", state_reason: "completed" });
    expect(github.comments(101).map(({ body }) => body)).toEqual(["It passes."]);
    expect(writes(github)).toEqual(["PATCH /issues/101", "POST /issues/101/comments"]);
    await to.change(issue, { state: "open" });
    expect(stored()).toMatchObject({ title: "new", state: "open", state_reason: "reopened" });
    await to.change(issue, { state: "duplicate" });
    expect(stored()).toMatchObject({ state: "closed", state_reason: "duplicate" });
  });

  test("notices that GitHub silently kept the old body", async () => {
    const { github, to, issue, stored } = await opened();
    github.issues.longestUpdate = 100;
    const change = to.change(issue, { body: `${marker()}\n${"x".repeat(200)}`, comment: "never written" });
    await expect(change).rejects.toMatchObject({ code: "issues-not-kept" });
    expect(stored()?.body).toBe(NEW.body);
    expect(github.comments(101)).toEqual([]);
  });
});

describe("trouble is reported with its cause and its remedy", () => {
  test("issues that are switched off", async () => {
    const github = await startFake();
    github.issues.off = true;
    await expect(tracker(github).open(NEW)).rejects.toMatchObject({ code: "github-switched-off" });
    github.clearFaults();
    github.fault(/GET .*\/issues/, { status: 410, message: "Issues has been disabled in this repository." });
    await expect(tracker(github).ours()).rejects.toMatchObject({ code: "github-switched-off" });
  });

  test("a missing permission", async () => {
    const github = await startFake();
    github.fault(/POST .*\/issues/, gitHubFaults.forbidden("issues=write"));
    await expect(tracker(github).open(NEW)).rejects.toMatchObject({
      code: "github-permission-missing",
      remedy: expect.stringContaining("Add `issues: write` to the job's `permissions`"),
    });
  });

  test("a conversation that is locked, a repository that is archived, one that is hidden", async () => {
    const github = await startFake();
    const issue = await tracker(github).open(NEW);
    for (const [code, status, message] of [
      ["github-conversation-locked", 403, "Unable to create comment because issue is locked."],
      ["github-switched-off", 403, "Repository was archived so is read-only."],
      ["github-not-found", 404, "Not Found"],
    ] as const) {
      github.clearFaults();
      github.fault(/PATCH/, { status, message });
      await expect(tracker(github).change(issue, { state: "completed" })).rejects.toMatchObject({ code });
    }
  });

  test("a secondary rate limit is waited for", async () => {
    const github = await startFake();
    github.fault(/POST .*\/issues/, { ...gitHubFaults.secondaryRateLimit(0), times: 1 });
    expect(await tracker(github).open(NEW)).toMatchObject({ number: 101 });
  });
});

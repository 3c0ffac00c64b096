import { afterEach, describe, expect, test } from "vitest";
import { issueMarker } from "../../../src/domain/tracking/marker.ts";
import { connect } from "../../../src/forge/github/api.ts";
import { issueTracker } from "../../../src/forge/github/issues.ts";
import { keptReports } from "../../../src/forge/github/kept-reports.ts";
import { findPullRequest } from "../../../src/forge/github/pull-request.ts";
import { whyNoArtifacts } from "../../../src/job/github/artifacts/keep.ts";
import type { Log } from "../../../src/system/world.ts";
import { type FakeForgejo, FEATURE, startFakeForgejo } from "../../support/github/fake-forgejo.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { BASE, eventAt, HEAD, scriptedServer } from "./scripted-server.ts";

// The requests of a re-scan and a push to Forgejo and Gitea, whose routes are not GitHub's.

let forgejo: FakeForgejo;
const started: FakeForgejo[] = [];
async function start(): Promise<string> {
  forgejo = await startFakeForgejo();
  started.push(forgejo);
  return `${forgejo.url}/api/v1`;
}
afterEach(() => Promise.all(started.splice(0).map((each) => each[Symbol.asyncDispose]())));

describe("issues of Forgejo and Gitea", () => {
  const SCOPE = "running images";
  const bodyOf = (image: string) => `${issueMarker({ scope: SCOPE, image, isOpen: true })}\n## It does not pass\n`;
  const NEW = { title: "Image Gate: app", body: bodyOf("app"), labels: ["Bug", "unknown"], assignees: [] };
  const trackerAt = (url: string) => issueTracker({ token: FAKE_TOKEN, event: eventAt(url), scope: SCOPE, paceMs: 0 });

  test("get labels by their numbers, and a last day; what the server lacks is said", async () => {
    const tracker = trackerAt(await start());
    const opened = await tracker.open({ ...NEW, due: "2026-12-31" });
    expect(opened).toMatchObject({ number: 8, isOpen: true, leftOut: ["the label unknown"] });
    expect(forgejo.issues).toMatchObject([
      { labels: [{ name: "bug" }, { name: "image-gate" }], due_date: "2026-12-31T23:59:59Z" },
    ]);
    await tracker.open({ ...NEW, body: bodyOf("web"), labels: [] });
    for (const method of ["GET", "POST"])
      expect(forgejo.requests.filter((each) => each.startsWith(`${method} /repos/acme/widget/labels`))).toHaveLength(1);
  });

  test("are opened without assignees that the server does not know", async () => {
    const tracker = trackerAt(await start());
    const opened = await tracker.open({ ...NEW, assignees: ["@gone"] });
    expect(opened.leftOut).toEqual(["the assignee @gone", "the label Bug", "the label unknown"]);
    expect(forgejo.issues).toMatchObject([{ labels: [{ name: "image-gate" }], assignees: null }]);
  });

  test("are found by their author and marker on every page, without asking for the automatic user by name", async () => {
    const tracker = trackerAt(await start());
    for (let at = 0; at < 120; at += 1) await tracker.open({ ...NEW, body: bodyOf(`image-${at}`), labels: [] });
    const ours = await tracker.ours();
    expect(ours.map(({ about }) => about)).toEqual(forgejo.issues.map((_, at) => `image-${at}`));
    expect(forgejo.requests.join()).not.toContain("created_by");
    await tracker.change(ours[0] as (typeof ours)[number], { state: "completed", comment: "It passes." });
    expect(forgejo.issues[0]).toMatchObject({ state: "closed", comments: ["It passes."] });
  });
});

test("a push to a branch of Forgejo or Gitea finds its pull request among the open ones", async () => {
  const url = await start();
  const pushed = (sha: string) =>
    eventAt(url, { trigger: "push", pullRequest: undefined, commit: sha, lookup: { by: "commit", sha } });
  const found = async (sha: string) => findPullRequest(await connect({ token: FAKE_TOKEN, event: pushed(sha) }));
  expect(await found(FEATURE)).toMatchObject({ pullRequest: { number: 7, baseRef: "main" } });
  expect(await found("f".repeat(40))).toEqual({ none: `no open pull request has the head ${"f".repeat(40)}` });
});

describe("reports that runs keep on Forgejo and Gitea", () => {
  const REPOSITORY = "/api/v1/repos/acme/widget";
  const run = (id: number, over: object = {}) => ({
    json: {
      id,
      event: "push",
      status: "completed",
      conclusion: "success",
      head_branch: "main",
      head_sha: BASE,
      repository: { id: 1 },
      ...over,
    },
  });

  // Proves: kept-report-gitea-counts
  test("are read newest first from the last page, and only reports of the default branch's own runs", async () => {
    // Oldest first, and without links: what Gitea answers.
    const all = Array.from({ length: 120 }, (_, at) => ({
      id: at + 1,
      name: "report",
      size_in_bytes: 3,
      expired: false,
      workflow_run: { id: 1000 + at + 1, repository_id: 1, head_sha: BASE },
    }));
    const pageOf = (page: number) => ({
      json: { artifacts: all.slice((page - 1) * 50, page * 50), total_count: all.length },
    });
    const server = await scriptedServer({
      [`GET ${REPOSITORY}/actions/artifacts`]: [pageOf(1), pageOf(3), pageOf(2), pageOf(1)],
      [`GET ${REPOSITORY}/actions/runs/1120`]: run(1120, { event: "pull_request_sync" }),
      [`GET ${REPOSITORY}/actions/runs/1119`]: run(1119, { conclusion: "failure" }),
      [`GET ${REPOSITORY}/actions/runs/1118`]: run(1118, { head_branch: undefined }),
      [`GET ${REPOSITORY}/actions/runs/1117`]: run(1117, { head_sha: HEAD }),
      [`GET ${REPOSITORY}/actions/runs/1116`]: run(1116),
      [`GET ${REPOSITORY}/branches/main`]: { json: { name: "main", commit: { id: "c".repeat(40) } } },
      [`GET ${REPOSITORY}/compare/${"c".repeat(40)}...${HEAD}`]: { json: { total_commits: 2, commits: [] } },
      [`GET ${REPOSITORY}/compare/${"c".repeat(40)}...${BASE}`]: { json: { total_commits: 0, commits: [] } },
      [`GET ${REPOSITORY}/actions/artifacts/116/zip`]: { status: 302, headers: { location: "/signed" } },
      "GET /signed": { text: "zip" },
    });
    await using _ = { [Symbol.asyncDispose]: () => server.close() };
    const skipped: string[] = [];
    const log = { debug: (text: string) => void skipped.push(text) } as Log;
    const found = await keptReports("report", { event: eventAt(`${server.url}/api/v1`), token: FAKE_TOKEN, log }, {});
    for await (const report of found) {
      expect(report).toMatchObject({ report: Buffer.from("zip"), commit: BASE });
      break;
    }
    expect(skipped.map((text) => text.replace(/^.*taken: /, ""))).toEqual([
      "its run was started by pull_request_sync.",
      "its run was not successful.",
      "its run is not of main.",
      "its commit is not on main.",
    ]);
    const signed = server.seen.find(({ request }) => request === "GET /signed");
    expect(signed?.headers.authorization).toBeUndefined();
  });

  test("go to the service of GitHub's fourth version, which a GitHub Enterprise Server lacks", () => {
    const env = { GITHUB_SERVER_URL: "https://git.example.test", ACTIONS_RESULTS_URL: "x", ACTIONS_RUNTIME_TOKEN: "x" };
    expect(whyNoArtifacts({ ...env, GITHUB_API_URL: "https://git.example.test/api/v1" })).toBeUndefined();
    expect(whyNoArtifacts({ ...env, GITHUB_API_URL: "https://git.example.test/api/v3" })).toMatch("has no artifacts");
  });
});

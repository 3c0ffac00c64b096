import { describe, expect, test } from "vitest";
import { connector, decideComment } from "../../../src/forge/connect.ts";
import { type CommentReport, reportComment } from "../../../src/forge/github/comment.ts";
import type { GitHubEvent } from "../../../src/job/github/event.ts";
import { workflowLog } from "../../../src/job/github/log.ts";
import { githubPlatform } from "../../../src/job/github/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type FakeGitHub, gitHubFaults } from "../../support/github/fake-github.ts";
import { atMost } from "../../support/runs/patience.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { fakes } from "./fakes.ts";
import { eventAt, HEAD } from "./scripted-server.ts";

const startFake = fakes();

const event = eventAt("http://127.0.0.1:1");
interface Deciding {
  readonly mode: "always" | "on-failure" | "never";
  readonly answer: "pass" | "fail" | "error";
  readonly event: GitHubEvent;
  readonly token: string;
  readonly offline: boolean;
}
const usual: Deciding = { mode: "always", answer: "pass", event, token: "t", offline: false };
const outside: GitHubEvent = { ...event, trigger: "", pullRequest: undefined };
const scheduled: GitHubEvent = {
  ...event,
  trigger: "schedule",
  pullRequest: undefined,
  noConversation: "this run (schedule) has no pull request",
};
const looked: GitHubEvent = { ...event, trigger: "push", pullRequest: undefined, lookup: { by: "commit", sha: HEAD } };

async function decided({ mode, answer, event, ...access }: Deciding) {
  const platform = githubPlatform(testWorld("/tmp"), event);
  const decision = decideComment(mode, answer, await connector(platform, () => access)(), platform);
  return "why" in decision ? { level: decision.level, why: decision.why } : { create: decision.create };
}

describe("whether to comment", () => {
  test.each([
    ["always", "pass", true],
    ["always", "fail", true],
    ["on-failure", "pass", false],
    ["on-failure", "fail", true],
    ["on-failure", "error", true],
  ] as const)("%s with %s: written, created: %s", async (mode, answer, create) => {
    expect(await decided({ ...usual, mode, answer })).toEqual({ create });
  });

  test.each([
    ["never", { mode: "never" }, "info", "the input `comment` is `never`"],
    ["never, even if something else is wrong", { mode: "never", token: "" }, "info", "the input `comment` is `never`"],
    ["a terminal", { event: outside }, "info", "this run is outside of GitHub"],
    ["no pull request", { event: scheduled }, "info", "this run (schedule) has no pull request"],
    ["neither it nor a token", { event: scheduled, token: "" }, "info", "this run (schedule) has no pull request"],
    ["offline", { offline: true }, "info", "`offline` forbids asking GitHub"],
    ["no token", { token: "" }, "warning", "the input `token` is empty"],
    ["a broken payload", { event: { ...event, problem: "It is broken" } }, "warning", "it is broken"],
  ] as const)("%s: not written, and why", async (_, circumstances, level, why) => {
    expect(await decided({ ...usual, ...circumstances })).toEqual({ level, why });
  });

  test("a pull request that is still to be found counts as one", async () => {
    expect(await decided({ ...usual, event: looked })).toEqual({ create: true });
  });
});

interface Situation extends Partial<CommentReport> {
  readonly prepare?: (github: FakeGitHub) => void;
}

async function report({ prepare, ...more }: Situation = {}) {
  const github = await startFake(prepare);
  const lines: string[] = [];
  const log = workflowLog({ write: (text) => lines.push(text.trimEnd()) });
  const marker = "<!-- m -->";
  const url = await reportComment({
    create: true,
    token: FAKE_TOKEN,
    marker,
    body: `${marker}\nfine`,
    log,
    ...more,
    event: { ...(more.event ?? event), apiUrl: github.url },
  });
  return { github, url, lines };
}

const fork = { ...event, pullRequest: { number: 7, headSha: HEAD, baseRef: "main", fork: true } };

describe("reporting", () => {
  test("gives the comment's URL and one line of log", async () => {
    const { github, url, lines } = await report();
    expect(url).toBe(github.comments()[0]?.html_url);
    expect(lines).toEqual([`Comment written: ${url}`]);
  });

  test("if none is to be created, none is", async () => {
    const { github, url, lines } = await report({ create: false });
    expect(url).toBeUndefined();
    expect(lines).toEqual(["No comment: the verdict is `pass`, and `comment` is `on-failure`."]);
    expect(github.comments()).toEqual([]);
  });

  test("a push without an open pull request is one line of log", async () => {
    const { github, url, lines } = await report({ event: looked });
    expect([url, lines]).toEqual([undefined, [`No comment: no open pull request has the head ${HEAD}.`]]);
    expect(github.comments()).toEqual([]);
  });

  test("a push to an open pull request's branch comments there", async () => {
    const prepare = (github: FakeGitHub) => github.addPullRequest({ number: 8, headSha: HEAD });
    const { github, url } = await report({ event: looked, prepare });
    expect(url).toBe(github.comments(8)[0]?.html_url);
  });

  test("workflow_run for a fork comments on the pull request whose head was scanned", async () => {
    const run: GitHubEvent = {
      ...event,
      trigger: "workflow_run",
      pullRequest: undefined,
      lookup: { by: "commit", sha: HEAD, head: "mallory:topic" },
      privileged: true,
    };
    const pull = { number: 9, headRef: "topic", headRepository: "mallory/widget" };
    const prepare = (github: FakeGitHub) => github.addPullRequest({ ...pull, headSha: HEAD });
    const found = await report({ event: run, prepare });
    expect(found.url).toBe(found.github.comments(9)[0]?.html_url);
    const moved = await report({ event: run, prepare: (github) => github.addPullRequest(pull) });
    expect(moved.lines).toEqual([`No comment: no open pull request has the head ${HEAD}.`]);
    expect(moved.github.comments(9)).toEqual([]);
  });

  test("a fork's refusal is one warning that names it, and nothing is thrown", async () => {
    const prepare = (github: FakeGitHub) => github.fault(/^POST \/repos/, gitHubFaults.forbidden());
    const { url, lines } = await report({ event: fork, prepare });
    const warning = /^::warning::\[github-fork-read-only\] .*docs\/fork-pull-requests\.md/;
    expect([url, lines]).toEqual([undefined, [expect.stringMatching(warning)]]);
  });

  test("a fork whose token may write, as an administrator can allow, gets its comment", async () => {
    expect((await report({ event: fork })).url).toMatch(/issuecomment-/);
  });

  // Proves: trouble-telling-changes-nothing
  test("a server that never answers is a warning within the limits", async () => {
    const start = performance.now();
    const { url, lines } = await report({
      prepare: (github) => github.fault(/./, gitHubFaults.hang()),
      limits: { timeoutMs: 200, budgetMs: 200 },
    });
    expect(url).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(atMost(3000));
    expect(lines).toEqual([expect.stringMatching(/^::warning::\[github-timeout\]/)]);
  });

  // Proves: trouble-telling-changes-nothing
  test("a bug of ours is a warning too, and does not change the verdict", async () => {
    const { lines } = await report({ body: "no marker" });
    expect(lines).toEqual([expect.stringContaining("::warning::[internal-error]")]);
  });
});

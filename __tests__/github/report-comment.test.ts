import { afterEach, describe, expect, test } from "vitest";
import type { GitHubEvent } from "../../src/github/event.ts";
import { workflowLog } from "../../src/github/log.ts";
import { type CommentReport, decideComment, reportComment } from "../../src/github/report-comment.ts";
import { type CommentServer, type CommentServerOptions, commentServer } from "./comment-server.ts";
import { eventAt, HEAD, scriptedServer } from "./scripted-server.ts";

const servers: Pick<CommentServer, "close">[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const event = eventAt("http://127.0.0.1:1");
const usual = { mode: "always", answer: "pass", event, token: "t" } as const;
const outside: GitHubEvent = { ...event, name: "", pullRequest: undefined };
const scheduled: GitHubEvent = { ...event, name: "schedule", pullRequest: undefined };
const looked: GitHubEvent = { ...event, name: "push", pullRequest: undefined, lookup: { by: "commit", sha: HEAD } };

describe("whether to comment", () => {
  test.each([
    ["always", "pass", true],
    ["always", "fail", true],
    ["on-failure", "pass", false],
    ["on-failure", "fail", true],
    ["on-failure", "error", true],
  ] as const)("%s with %s: written, created: %s", (mode, answer, create) => {
    expect(decideComment({ ...usual, mode, answer })).toEqual({ write: true, create });
  });

  test.each([
    ["never", { mode: "never" }, "info", "the input `comment` is `never`"],
    ["never, whatever else is wrong", { mode: "never", token: "" }, "info", "the input `comment` is `never`"],
    ["a terminal", { event: outside }, "info", "this run is outside of GitHub"],
    ["no pull request", { event: scheduled }, "info", "this run (schedule) has no pull request"],
    [
      "no pull request and no token",
      { event: scheduled, token: "" },
      "info",
      "this run (schedule) has no pull request",
    ],
    ["no token", { token: "" }, "warning", "the input `token` is empty"],
    ["a broken payload", { event: { ...event, problem: "It is broken" } }, "warning", "It is broken"],
  ] as const)("%s: not written, and why", (_, circumstances, level, why) => {
    expect(decideComment({ ...usual, ...circumstances })).toEqual({ write: false, level, why });
  });

  test("a pull request that is still to be found counts as one", () => {
    expect(decideComment({ ...usual, event: looked })).toEqual({ write: true, create: true });
  });
});

async function report(options: CommentServerOptions, more: Partial<CommentReport> = {}) {
  const server = await commentServer(options);
  servers.push(server);
  const lines: string[] = [];
  const log = workflowLog({ write: (text) => lines.push(text.trimEnd()) });
  const marker = "<!-- m -->";
  const url = await reportComment({
    ...usual,
    event: { ...eventAt(server.url), ...(more.event ?? {}), apiUrl: server.url },
    marker,
    body: `${marker}\nfine`,
    log,
    ...(more.mode ? { mode: more.mode } : {}),
    ...(more.limits ? { limits: more.limits } : {}),
  });
  return { server, url, lines };
}

describe("reporting", () => {
  test("gives the comment's URL and one line of log", async () => {
    const { url, lines } = await report({});
    expect(url).toBe("https://github.com/acme/app/pull/7#issuecomment-1");
    expect(lines).toEqual([`Comment written: ${url}`]);
  });

  test("on-failure with a pass and no comment yet writes none", async () => {
    const { server, url, lines } = await report({}, { mode: "on-failure" });
    expect(url).toBeUndefined();
    expect(lines).toEqual(["No comment: the verdict is `pass`, and `comment` is `on-failure`."]);
    expect(server.comments).toEqual([]);
  });

  test("`never` asks GitHub nothing", async () => {
    expect((await report({}, { mode: "never" })).server.requests).toEqual([]);
  });

  test("a fork's refusal is one warning that names it, and nothing is thrown", async () => {
    const fork = { ...event, pullRequest: { number: 7, headSha: HEAD, baseSha: HEAD, baseRef: "main", fork: true } };
    const refuse = { POST: { status: 403, message: "Resource not accessible by integration" } };
    const { url, lines } = await report({ refuse }, { event: fork });
    expect(url).toBeUndefined();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^::warning::\[github-fork-read-only\] .*docs\/fork-pull-requests\.md/);
  });

  test("a fork whose token may write, as an administrator can allow, gets its comment", async () => {
    const fork = { ...event, pullRequest: { number: 7, headSha: HEAD, baseSha: HEAD, baseRef: "main", fork: true } };
    expect((await report({}, { event: fork })).url).toMatch(/issuecomment-1$/);
  });

  test("a server that never answers is a warning within the limits", async () => {
    const hanging = await scriptedServer({ "POST /graphql": { play: "hang" } });
    servers.push(hanging);
    const lines: string[] = [];
    const log = workflowLog({ write: (text) => lines.push(text.trimEnd()) });
    const start = performance.now();
    const url = await reportComment({
      ...usual,
      event: eventAt(hanging.url),
      marker: "m",
      body: "m",
      log,
      limits: { timeoutMs: 200, budgetMs: 200 },
    });
    expect(url).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(3000);
    expect(lines).toEqual([expect.stringMatching(/^::warning::\[github-time-used-up\]/)]);
  });

  test("a bug of ours is a warning too: the verdict stands", async () => {
    const lines: string[] = [];
    const log = workflowLog({ write: (text) => lines.push(text.trimEnd()) });
    await reportComment({ ...usual, event: eventAt("http://127.0.0.1:1"), marker: "m", body: "no marker", log });
    expect(lines).toEqual([expect.stringContaining("::warning::[internal-error]")]);
  });
});

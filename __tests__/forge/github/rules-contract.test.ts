import { afterEach, beforeEach, expect, test } from "vitest";
import type { BaseUse } from "../../../src/forge/forge.ts";
import { connect } from "../../../src/forge/github/api.ts";
import { findPullRequest } from "../../../src/forge/github/pull-request.ts";
import { rulesAtBase } from "../../../src/forge/github/rules.ts";
import type { GitHubEvent } from "../../../src/job/github/event.ts";
import { type FakeGitHub, gitHubFaults, startFakeGitHub } from "../../support/github/fake-github.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { eventAt, HEAD } from "./scripted-server.ts";

// The same against a GitHub that checks each request and each answer against GitHub's own description of its API.

const PATH = ".github/image-gate.yml";
const POLICY = "version: 1\nthresholds: {high: 3}\n# ".padEnd(300, "ü");

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
});
afterEach(async () => {
  await github.close();
  expect(github.problems).toEqual([]);
});

async function connected(event: Partial<GitHubEvent> = {}) {
  return connect({ token: FAKE_TOKEN, event: eventAt(github.url, event) });
}

async function read({
  event,
  path = PATH,
  use = "base",
}: {
  event?: Partial<GitHubEvent>;
  path?: string;
  use?: BaseUse;
} = {}) {
  const by = { token: FAKE_TOKEN, event: eventAt(github.url, event), log: { notice: () => {} } };
  const found = await rulesAtBase(by)(use, {
    what: "policy",
    path,
    maxBytes: 1024 * 1024,
  });
  return "text" in found ? { text: found.text.toString() } : found;
}

const towards = (baseRef: string): Partial<GitHubEvent> => ({
  pullRequest: { number: 7, headSha: HEAD, baseRef, fork: false },
});

test("the base branch's newest policy is read", async () => {
  github.commit("main", { [PATH]: "old" });
  github.commit("main", { [PATH]: POLICY });
  expect(await read()).toEqual({ text: POLICY });
});

test("a base branch with slashes in its name is read, and the default branch is not", async () => {
  github.commit("main", { [PATH]: "main's" });
  github.commit("release/1.x", { [PATH]: POLICY });
  expect(await read({ event: towards("release/1.x") })).toEqual({ text: POLICY });
});

test("a privileged run reads the default branch, whichever the base is", async () => {
  github.commit("main", { [PATH]: POLICY });
  github.commit("lax", { [PATH]: "lax" });
  const event = { ...towards("lax"), trigger: "pull_request_target", privileged: true, defaultBranch: undefined };
  expect(await read({ event })).toEqual({ text: POLICY });
});

// Proves: change-policy-shown
test("a comparison is with the parent of the merge commit, not with what the base became", async () => {
  const parent = github.commit("main", { [PATH]: POLICY });
  const runSha = github.commit("merge", {}, [parent, HEAD]);
  github.commit("main", { [PATH]: "newer" });
  expect(await read({ event: { ...towards("main"), runSha }, use: "comparison" })).toEqual({ text: POLICY });
  expect(await read({ event: { ...towards("main"), runSha } })).toEqual({ text: "newer" });
});

test("no such file is absent; no such branch is unreadable", async () => {
  expect(await read()).toEqual({ absent: true });
  expect(await read({ event: towards("gone") })).toEqual({ unreadable: expect.stringContaining("(404: Not Found)") });
});

test("with a token that lacks the right to read, rules are unreadable, and the permission is named", async () => {
  github.fault(/^GET/, gitHubFaults.forbidden("contents=read"));
  expect(await read()).toEqual({ unreadable: expect.stringContaining("Add `contents: read`") });
});

test("a link to a file of the repository is that file; a link out of it and a folder are unreadable", async () => {
  github.commit("main", {
    [PATH]: { symlink: "../policies/strict.yml" },
    "policies/strict.yml": POLICY,
    "out.yml": { symlink: "/proc/self/environ" },
  });
  expect(await read()).toEqual({ text: POLICY });
  expect(await read({ path: "out.yml" })).toEqual({ unreadable: expect.stringContaining("of the kind symlink") });
  expect(await read({ path: "policies" })).toEqual({ unreadable: expect.stringContaining("of the kind dir") });
});

test("a policy of a megabyte, which GitHub gives only raw, is read byte by byte; a larger one is not", async () => {
  const large = "#".repeat(1_020_000);
  github.commit("main", { [PATH]: large, "larger.yml": "#".repeat(1_100_000) });
  expect(await read()).toEqual({ text: large });
  expect(await read({ path: "larger.yml" })).toEqual({ unreadable: expect.stringContaining("at most 1048576") });
});

test("a pull request that only its number is known of is read", async () => {
  github.addPullRequest({ number: 9, headSha: HEAD, headRepository: "mallory/widget", baseRef: "next" });
  const api = await connected({
    trigger: "issue_comment",
    pullRequest: undefined,
    lookup: { by: "number", number: 9 },
  });
  expect(await findPullRequest(api)).toEqual({
    pullRequest: { number: 9, headSha: HEAD, baseRef: "next", fork: true },
  });
});

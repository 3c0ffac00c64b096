import { describe, expect, test } from "vitest";
import type { GitHubEvent } from "../../src/job/github/event.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { testWorld } from "../scanners/trivy/world.ts";

const event: GitHubEvent = {
  name: "push",
  defaultBranch: "main",
  apiUrl: "https://api.github.com",
  serverUrl: "https://github.com",
  privileged: false,
};
const why = (changed: Partial<GitHubEvent>, ref = "refs/heads/main") =>
  githubPlatform(testWorld("/tmp", { env: { GITHUB_REF: ref } }), { ...event, ...changed }).change.readOnlyBecause;

describe("who may write what lies outside of GitHub, by the event alone", () => {
  test.each<[string, Partial<GitHubEvent>]>([
    ["a push to the default branch", {}],
    ["a schedule", { name: "schedule" }],
    ["somebody who starts it on the default branch", { name: "workflow_dispatch" }],
    ["a terminal", { name: "" }],
  ])("%s may", (_, changed) => {
    expect(why(changed)).toBeUndefined();
  });

  // Proves: same-holds-folder
  test.each<[string, Partial<GitHubEvent>, string, string]>([
    ["a pull request", { name: "pull_request" }, "refs/pull/1/merge", "a run on `pull_request` does not write it"],
    ["a merge group", { name: "merge_group" }, "refs/heads/main", "a run on `merge_group` does not write it"],
    [
      "a stranger's trigger",
      { name: "issue_comment" },
      "refs/heads/main",
      "a run on `issue_comment` does not write it",
    ],
    ["a broken payload", { problem: "It is broken" }, "refs/heads/main", "It is broken"],
    ["a tag", {}, "refs/tags/main", "this run is on no branch"],
    [
      "another branch",
      {},
      "refs/heads/feature",
      'this run is on "feature" and only runs of the default branch, "main", write it',
    ],
    [
      "a payload without the default branch",
      { defaultBranch: undefined },
      "refs/heads/main",
      "it is not known which branch is the default one",
    ],
  ])("%s may not, and why", (_, changed, ref, expected) => {
    expect(why(changed, ref)).toBe(expected);
  });
});

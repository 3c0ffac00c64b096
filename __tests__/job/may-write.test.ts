import { describe, expect, test } from "vitest";
import { readEvent } from "../../src/job/github/event.ts";
import { readOnlyBecause } from "../../src/job/may-write.ts";

const run = { noun: "run", trigger: "push", branch: "main", defaultBranch: "main" };

describe("who may write what is outside of GitHub, by the event alone", () => {
  test.each(["push", "schedule", "workflow_dispatch", "web"])("a run of the default branch by %s may", (trigger) => {
    expect(readOnlyBecause({ ...run, trigger })).toBeUndefined();
  });

  test("a terminal may", () => {
    expect(readEvent({}, () => "").readOnlyBecause).toBeUndefined();
  });

  // Proves: same-holds-folder
  test.each([
    ["a pull request", { trigger: "pull_request" }, "a run on `pull_request` does not write it"],
    ["a merge group", { trigger: "merge_group" }, "a run on `merge_group` does not write it"],
    ["a stranger's trigger", { trigger: "issue_comment" }, "a run on `issue_comment` does not write it"],
    ["a broken payload", { problem: "It is broken" }, "it is broken"],
    ["a tag", { branch: undefined }, "this run is on no branch"],
    [
      "another branch",
      { branch: "feature" },
      'this run is on "feature" and only runs of the default branch, "main", write it',
    ],
    [
      "a payload without the default branch",
      { defaultBranch: undefined },
      "it is not known which branch is the default one",
    ],
  ])("%s must not, and why", (_, changed, expected) => {
    expect(readOnlyBecause({ ...run, ...changed })).toBe(expected);
  });

  test.each(["refs/tags/main", "refs/pull/1/merge", ""])("a push to %s is on no branch", (GITHUB_REF) => {
    const env = { GITHUB_EVENT_NAME: "push", GITHUB_REF };
    const payload = { ref: GITHUB_REF, repository: { full_name: "acme/app", default_branch: "main" } };
    expect(readEvent(env, () => JSON.stringify(payload)).readOnlyBecause).toBe("this run is on no branch");
  });
});

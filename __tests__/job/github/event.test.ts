import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEvent } from "../../../src/job/github/event.ts";

const HEAD = "a".repeat(40);
const BASE = "b".repeat(40);
const MERGE = "c".repeat(40);

const repository = { full_name: "acme/app", default_branch: "main" };
const env = {
  GITHUB_REPOSITORY: "acme/app",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_RUN_ID: "42",
  GITHUB_SHA: MERGE,
  GITHUB_EVENT_PATH: "/event.json",
};

function read(name: string, payload: unknown, more: Record<string, string | undefined> = {}) {
  return readEvent({ ...env, GITHUB_EVENT_NAME: name, ...more }, () => JSON.stringify(payload));
}

function pull(headRepository: string | null = "acme/app") {
  return {
    number: 7,
    head: { sha: HEAD, ref: "topic", repo: headRepository === null ? null : { full_name: headRepository } },
    base: { sha: BASE, ref: "main", repo: { full_name: "acme/app" } },
  };
}

describe("which pull request", () => {
  test.each([
    ["pull_request", false],
    ["pull_request_review", false],
    ["pull_request_target", true],
  ])("%s: the payload's, with its head commit", (name, privileged) => {
    expect(read(name, { repository, pull_request: pull() })).toEqual({
      trigger: name,
      repository: "acme/app",
      defaultBranch: "main",
      apiUrl: "https://api.github.com",
      serverUrl: "https://github.com",
      runUrl: "https://github.com/acme/app/actions/runs/42",
      commit: HEAD,
      runSha: MERGE,
      commits: [MERGE, HEAD],
      stamp: { run: 42, number: 1, attempt: 1, event: name, commit: HEAD },
      pullRequest: { number: 7, headSha: HEAD, baseRef: "main", fork: false },
      hasBase: true,
      privileged,
      readOnlyBecause: `a run on \`${name}\` does not write it`,
    });
  });

  test.each([
    ["another repository", "mallory/app", true],
    ["a deleted fork", null, true],
    ["the same repository, spelled differently", "Acme/App", false],
  ])("head in %s: fork is %s", (_, headRepository, fork) => {
    expect(read("pull_request", { repository, pull_request: pull(headRepository) }).pullRequest?.fork).toBe(fork);
  });

  test("issue_comment on a pull request: by number, and privileged, as any account may comment", () => {
    const event = read("issue_comment", { repository, issue: { number: 7, pull_request: { url: "x" } } });
    expect(event).toMatchObject({ lookup: { by: "number", number: 7 }, privileged: true });
  });

  test("issue_comment on an issue: none", () => {
    const event = read("issue_comment", { repository, issue: { number: 7 } });
    expect([event.lookup, event.problem]).toEqual([undefined, undefined]);
  });

  test("push of a branch: by commit; of a tag: none", () => {
    const event = read("push", { repository }, { GITHUB_REF: "refs/heads/topic" });
    expect(event).toMatchObject({ lookup: { by: "commit", sha: MERGE }, commit: MERGE, privileged: false });
    expect(read("push", { repository }, { GITHUB_REF: "refs/tags/v1" }).lookup).toBeUndefined();
  });

  test("merge_group: the number from the queue's branch, even if the base's name has slashes", () => {
    const head_ref = `refs/heads/gh-readonly-queue/release/1.x/pr-104-${BASE}`;
    const merge_group = { head_sha: HEAD, head_ref, base_sha: BASE, base_ref: "refs/heads/release/1.x" };
    expect(read("merge_group", { repository, merge_group })).toMatchObject({
      commit: HEAD,
      pullRequest: { number: 104, headSha: HEAD, baseRef: "release/1.x", fork: false },
    });
  });

  test.each([`refs/heads/pr-5-${BASE}`, `refs/heads/gh-readonly-queue/main/pr-x-${BASE}`, "refs/heads/main"])(
    "merge_group on %s, which is not a queue's branch: none",
    (head_ref) => {
      const merge_group = { head_sha: HEAD, head_ref, base_sha: BASE, base_ref: "refs/heads/main" };
      const event = read("merge_group", { repository, merge_group });
      expect(event.pullRequest).toBeUndefined();
      // The base is still known.
      expect(event).toMatchObject({ commit: HEAD, mergeInto: "main", privileged: false });
    },
  );

  test("workflow_run: by commit and head, even if the payload names pull requests", () => {
    const workflow_run = {
      head_sha: HEAD,
      head_branch: "topic",
      head_repository: { full_name: "mallory/app" },
      pull_requests: [{ number: 1 }],
    };
    expect(read("workflow_run", { repository, workflow_run })).toMatchObject({
      commit: HEAD,
      runSha: MERGE,
      lookup: { by: "commit", sha: HEAD, head: "mallory:topic" },
      privileged: true,
    });
  });

  test("workflow_run of a deleted fork: by commit alone", () => {
    const workflow_run = { head_sha: HEAD, head_branch: null, head_repository: null };
    const lookup = { by: "commit", sha: HEAD, head: undefined };
    expect(read("workflow_run", { repository, workflow_run }).lookup).toEqual(lookup);
  });

  test.each([
    ...["issues", "issue_comment", "discussion", "discussion_comment", "fork", "watch", "gollum", "workflow_run"],
    ...[
      "check_run",
      "check_suite",
      "status",
      "deployment",
      "deployment_status",
      "pull_request_target",
      "not_yet_known",
    ],
  ])("%s may be a stranger's doing: privileged", (name) => {
    expect(read(name, { repository }).privileged).toBe(true);
  });

  test.each(["workflow_dispatch", "repository_dispatch", "schedule", "release", "create", "delete"])(
    "%s: none, and no problem",
    (name) => {
      const event = read(name, { repository });
      expect(event.pullRequest ?? event.lookup ?? event.problem).toBeUndefined();
      expect(event.privileged).toBe(false);
    },
  );
});

describe("degrading", () => {
  test("outside of GitHub: quiet, and no file is read", () => {
    const event = readEvent({}, () => {
      throw new Error("read");
    });
    expect(event).toMatchObject({ trigger: "", privileged: false });
    expect(event.problem).toBeUndefined();
  });

  test.each(["", "42x", "../42", "x42"])("a run without a number, as %j, has no address", (id) => {
    const event = readEvent({ ...env, GITHUB_RUN_ID: id, GITHUB_EVENT_NAME: "push" }, () => "{}");
    expect(event.runUrl).toBeUndefined();
  });

  test("a missing payload file leaves repository and run, and says so", () => {
    const event = readEvent({ ...env, GITHUB_EVENT_NAME: "pull_request" }, () => {
      throw new Error("ENOENT");
    });
    expect(event).toMatchObject({
      repository: "acme/app",
      runUrl: "https://github.com/acme/app/actions/runs/42",
      problem: 'The payload of the event "pull_request" (GITHUB_EVENT_PATH) cannot be used: it is not readable JSON',
    });
  });

  test("a payload without what the event needs names the field, and none of the text", () => {
    const event = read("pull_request", { repository, pull_request: { ...pull(), number: "SECRET" } });
    expect(event.problem).toBe(
      'The payload of the event "pull_request" (GITHUB_EVENT_PATH) cannot be used: `pull_request.number` is missing or not what it should be',
    );
    expect(event.pullRequest).toBeUndefined();
  });

  test("a privileged trigger stays privileged when its payload cannot be read", () => {
    expect(read("pull_request_target", "nonsense")).toMatchObject({ privileged: true });
  });

  test("no payload makes it throw", () => {
    const names = ["pull_request", "issue_comment", "push", "merge_group", "workflow_run", "schedule", "x"];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, payload) => {
        expect(read(name, payload).trigger).toBe(name);
      }),
    );
  });

  test.each(["not a url", "ftp://x", "https://user:pw@ghe.example.com/api/v3"])(
    "GITHUB_API_URL %s: no repository, so that no request is made",
    (url) => {
      const event = read("push", { repository, ref: "refs/heads/x" }, { GITHUB_API_URL: url });
      expect(event.repository).toBeUndefined();
      expect(event.problem).toBe("GITHUB_API_URL or GITHUB_SERVER_URL is not an http or https URL");
    },
  );

  test("of a schedule, whose payload has no repository, the branch is the default one", () => {
    const ref = { GITHUB_REF: "refs/heads/main", GITHUB_REPOSITORY: "acme/app" };
    expect(read("schedule", { schedule: "0 0 * * *" }, ref).defaultBranch).toBe("main");
    // Any branch can be pushed to.
    expect(read("push", {}, { ...ref, GITHUB_REF: "refs/heads/x" }).defaultBranch).toBeUndefined();
  });

  test.each(["acme/..", "acme", "a/b/c", "acme/app?x", ""])("GITHUB_REPOSITORY %j is not put into URLs", (name) => {
    const event = read("schedule", {}, { GITHUB_REPOSITORY: name });
    expect(event.repository).toBeUndefined();
  });
});

test("GitHub Enterprise: without GITHUB_API_URL the API is the server's own, never github.com's", () => {
  const event = read("schedule", { repository }, { GITHUB_API_URL: "", GITHUB_SERVER_URL: "https://ghe.acme.io/" });
  expect(event).toMatchObject({ apiUrl: "https://ghe.acme.io/api/v3", serverUrl: "https://ghe.acme.io" });
});

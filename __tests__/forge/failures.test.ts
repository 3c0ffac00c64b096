import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApiFailure } from "../../src/forge/api-failure.ts";
import { describeFailure } from "../../src/forge/failures.ts";
import { serverOf } from "../../src/forge/github/api.ts";
import { eventAt } from "./github/scripted-server.ts";

const attempt = {
  failed: "The comment on pull request #7 could not be written",
  needs: "pull-requests: write",
  timeoutMs: 10_000,
  budgetMs: 30_000,
};
const NO_ACCESS = "Resource not accessible by integration - https://docs.github.com/rest/issues/comments";

function adviceFor(failure: Partial<ApiFailure>, event = eventAt("https://api.github.com"), tried = attempt) {
  const { code, what, remedy } = describeFailure(
    { kind: "status", message: "", headers: {}, ...failure },
    tried,
    serverOf(event),
  );
  return { code, what, remedy };
}

const fork = eventAt("https://api.github.com", {
  pullRequest: { number: 7, headSha: "a", baseRef: "main", fork: true },
});

test("requests were too many if the status says so, and not by a header alongside another one", () => {
  const headers = { "x-ratelimit-remaining": "0", "retry-after": "60" };
  const codes = [429, 403, 404, 500].map((status) => adviceFor({ status, headers }).code);
  expect(codes).toEqual(["github-rate-limited", "github-rate-limited", "github-not-found", "github-unavailable"]);
});

describe("403", () => {
  test("a missing permission is named as a workflow writes it", () => {
    expect(adviceFor({ status: 403, message: NO_ACCESS })).toEqual({
      code: "github-permission-missing",
      what: "The comment on pull request #7 could not be written: the token lacks a permission (403: Resource not accessible by integration)",
      remedy: "Add `pull-requests: write` to the job's `permissions`.",
    });
  });

  test("a fork's read-only token is reported as such, with the recipe", () => {
    expect(adviceFor({ status: 403, message: NO_ACCESS }, fork)).toEqual({
      code: "github-fork-read-only",
      what: "The comment on pull request #7 could not be written: the pull request comes from a fork, and the token of such a run may only read, never `pull-requests: write` (403: Resource not accessible by integration)",
      remedy:
        "For pull requests from forks set `comment: never`, or use a run with more rights, as docs/fork-pull-requests.md of Image Gate shows.",
    });
  });

  test.each<[string, string, typeof fork, typeof attempt]>([
    ["a privileged trigger", "github-permission-missing", { ...fork, privileged: true }, attempt],
    [
      "reading, which a fork does not forbid",
      "github-permission-missing",
      fork,
      { ...attempt, needs: "contents: read" },
    ],
    ["a locked conversation", "github-conversation-locked", fork, attempt],
  ])("is not blamed on the fork for %s: %s", (_, code, event, tried) => {
    const message =
      code === "github-conversation-locked" ? "Unable to create comment because issue is locked." : NO_ACCESS;
    expect(adviceFor({ status: 403, message }, event, tried).code).toBe(code);
  });

  test("anything else is quoted, on one line and shortened", () => {
    const advice = adviceFor({ status: 403, message: `saml\u001b[31m\n::error::x ${"y".repeat(300)}` });
    expect(advice.code).toBe("github-forbidden");
    expect(advice.what).toContain("403: saml [31m ::error::x yyy");
    expect(advice.what.length).toBeLessThan(330);
    expect(advice.what).not.toMatch(/[\p{Cc}]/u);
  });
});

describe("rate limits", () => {
  const LATER = "for a minute or more";
  const until = (reset: string) => ({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset });
  test.each<[string, Partial<ApiFailure>, string]>([
    ["429 with seconds", { status: 429, headers: { "retry-after": "61" } }, "until \\d{4}-\\S+Z"],
    ["403 with nothing left", { status: 403, headers: until("1795550400") }, "until 2026-11-24T20:00:00Z"],
    ["403 that only says so", { status: 403, message: "You have exceeded a secondary rate limit" }, LATER],
    ["nonsense as time", { status: 429, headers: { ...until("9e99"), "retry-after": "soon" } }, LATER],
  ])("%s: says until when", (_, failure, when) => {
    const advice = adviceFor(failure);
    expect(advice.code).toBe("github-rate-limited");
    expect(advice.what).toMatch(new RegExp(`GitHub accepts no more requests ${when} \\(${failure.status}`));
  });
});

test.each<[Partial<ApiFailure>, string, string]>([
  [{ status: 401 }, "github-token-refused", "Leave the input `token` at its default"],
  [{ status: 404 }, "github-not-found", "`pull-requests: write`"],
  [{ status: 410 }, "github-refused", "again"],
  [
    { status: 422, message: "Validation Failed: body is too long (maximum is 65536 characters)" },
    "github-over-limit",
    "`comment: never`",
  ],
  [{ status: 422, message: "Validation Failed" }, "github-refused", "again"],
  [{ status: 500 }, "github-unavailable", "githubstatus"],
  [{ status: 418 }, "github-refused", "again"],
  [{ kind: "network", message: "connect ECONNREFUSED" }, "github-unreachable", "Open the way to api.github.com"],
  [{ kind: "timeout" }, "github-timeout", "again"],
  [{ kind: "unreadable", message: "not JSON" }, "github-answer-unreadable", "GITHUB_API_URL"],
  [{ kind: "cancelled" }, "github-request-cancelled", "again"],
])("%j is %s, with what to do", (failure, code, remedy) => {
  const advice = adviceFor(failure);
  expect(advice.code).toBe(code);
  expect(advice.what).toMatch(/^The comment on pull request #7 could not be written: /);
  expect(advice.remedy).toContain(remedy);
});

test("a server that only has GitHub's API is not called GitHub, and has no page of GitHub's", () => {
  for (const status of [400, 401, 403, 404, 410, 413, 422, 429, 500]) {
    const { what, remedy } = adviceFor({ status }, eventAt("https://codeberg.org/api/v1"));
    expect(`${what} ${remedy}`).not.toMatch(/GitHub|githubstatus/);
  }
});

test.each([400, 401, 403, 404, 410, 413, 422, 429, 500, 418])(
  "a %d repeats GitHub's message, without the address of its documentation",
  (status) => {
    const message = "What GitHub says - https://docs.github.com/rest/x";
    for (const event of [eventAt("https://api.github.com"), fork])
      expect(adviceFor({ status, message }, event).what).toMatch(new RegExp(`\\(?${status}[: (]+What GitHub says`));
  },
);

test("every answer of GitHub has a code of two words or more, a cause without full stop, and a remedy", () => {
  const failures = fc.record({
    kind: fc.constantFrom<ApiFailure["kind"]>("status", "network", "timeout", "unreadable"),
    status: fc.integer({ min: 300, max: 599 }),
    message: fc.string(),
    headers: fc.dictionary(
      fc.constantFrom("retry-after", "x-ratelimit-reset", "x-accepted-github-permissions"),
      fc.string(),
    ),
  });
  fc.assert(
    fc.property(failures, (failure) => {
      const { code, what, remedy } = adviceFor(failure);
      expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(what).not.toMatch(/\.$/);
      expect(what).not.toMatch(/\n/);
      expect(remedy).toMatch(/\.$/);
    }),
  );
});

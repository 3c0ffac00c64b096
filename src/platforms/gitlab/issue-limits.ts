import type { IssueTracker } from "../platform.ts";

/** Failures that concern one issue. */
const ABOUT_ONE = new Set(["gitlab-not-found", "gitlab-refused", "issues-not-kept"]);

/** What GitLab takes as an issue: a description has at most 1,048,576 characters. */
export const issueLimits: Pick<IssueTracker, "lengths" | "concernsOne" | "mayBeTooLong"> = {
  lengths: [500_000, 65_000, 12_000],
  concernsOne: ({ code }) => ABOUT_ONE.has(code),
  mayBeTooLong: ({ code, what }) => code === "gitlab-refused" && /too long/i.test(what),
};

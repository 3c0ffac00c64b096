import type { IssueTracker } from "../../platform.ts";

/** Failures that concern one issue. */
const ABOUT_ONE: ReadonlySet<string> = new Set([
  "github-conversation-locked",
  "github-gone",
  "github-not-found",
  "github-text-refused",
  "github-text-too-long",
  "github-too-large",
  "issues-not-kept",
]);
/** Failures after which a shorter text may be taken. */
const TOO_LONG = { open: ["github-text-too-long"], change: ["github-text-too-long", "issues-not-kept"] };

/** What GitHub takes as an issue, and what its refusals mean. */
export const issueLimits: Pick<IssueTracker, "lengths" | "concernsOne" | "mayBeTooLong"> = {
  // Its limit is 65,536 characters, but characters outside of UTF-16's base plane may count as more.
  lengths: [65_000, 30_000, 12_000],
  concernsOne: ({ code }) => ABOUT_ONE.has(code),
  mayBeTooLong: ({ code }, action) => TOO_LONG[action].includes(code),
};

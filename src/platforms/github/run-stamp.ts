import { type RunStamp, wholeNumber } from "../../domain/run-stamp.ts";
import type { GitHubEvent } from "./event.ts";

/**
 * Events whose commit is one of the pull request's own. A merge group's is the queue's, and a comment's is the default branch's:
 * of those runs only their order is known.
 */
const OF_THE_HEAD: ReadonlySet<string> = new Set([
  "pull_request",
  "pull_request_target",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "workflow_run",
]);

/** This run, as it signs what it writes; undefined outside of GitHub. */
export function stampOf(env: Readonly<Record<string, string | undefined>>, event: GitHubEvent): RunStamp | undefined {
  const run = wholeNumber(env.GITHUB_RUN_ID);
  if (run === undefined || !/^[a-z_]{1,50}$/.test(event.name)) return undefined;
  return {
    run,
    number: wholeNumber(env.GITHUB_RUN_NUMBER) ?? 1,
    attempt: wholeNumber(env.GITHUB_RUN_ATTEMPT) ?? 1,
    event: event.name,
    commit: OF_THE_HEAD.has(event.name) && /^[0-9a-f]{40,64}$/.test(event.sha ?? "") ? event.sha : undefined,
  };
}

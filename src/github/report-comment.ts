import { asGateError } from "../errors.ts";
import type { Log } from "../world.ts";
import { type ConnectOptions, connect } from "./api.ts";
import { type CommentRequest, type CommentResult, upsertComment } from "./comment.ts";
import type { GitHubEvent } from "./event.ts";
import { findPullRequest } from "./pull-request.ts";

export interface CommentReport extends Omit<CommentRequest, "pull"> {
  readonly event: GitHubEvent;
  readonly token: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly limits?: Pick<ConnectOptions, "timeoutMs" | "budgetMs">;
}

const DONE: Record<Exclude<CommentResult["status"], "skipped">, string> = {
  created: "Comment written",
  updated: "Comment updated",
  unchanged: "Comment unchanged",
};

async function write(report: CommentReport): Promise<string | undefined> {
  const { log, event, token, signal, marker, body, create, essence } = report;
  const api = await connect({ token, event, ...report.limits, ...(signal ? { signal } : {}) });
  const found = await findPullRequest(api);
  if ("none" in found) {
    log.info(`No comment: ${found.none}.`);
    return undefined;
  }
  const result = await upsertComment(api, { pull: found.pullRequest.number, marker, body, create, essence });
  if (result.status === "skipped") log.info("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
  else log.info(`${DONE[result.status]}: ${result.url}`);
  return result.url;
}

/**
 * Brings the pull request's comment up to date and gives its URL, where there is one. Never throws: what stands in the
 * way is a warning, or one line of log where there simply is no pull request; the verdict stands.
 */
export async function reportComment(report: CommentReport): Promise<string | undefined> {
  try {
    return await write(report);
  } catch (thrown) {
    report.log.warning(asGateError(thrown).message);
    return undefined;
  }
}

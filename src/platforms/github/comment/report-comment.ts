import { asGateError } from "../../../system/errors.ts";
import { connect } from "../api/api.ts";
import { currentHead, findPullRequest } from "../pull-request.ts";
import type { SentBy } from "../sending.ts";
import { type CommentRequest, type CommentResult, upsertComment } from "./comment.ts";

export interface CommentReport extends SentBy, Omit<CommentRequest, "pull" | "head"> {}

const DONE: Record<Exclude<CommentResult["status"], "skipped" | "left">, string> = {
  created: "Comment written",
  updated: "Comment updated",
  unchanged: "Comment unchanged",
};

async function write(report: CommentReport): Promise<string | undefined> {
  const { log, event, token, signal, limits, ...request } = report;
  const api = await connect({ token, event, ...limits, ...(signal ? { signal } : {}) });
  const found = await findPullRequest(api);
  if ("none" in found) {
    log.info(`No comment: ${found.none}.`);
    return undefined;
  }
  const pull = found.pullRequest.number;
  const head = await currentHead(api, found.pullRequest);
  const result = await upsertComment(api, { ...request, pull, head });
  const { status, url, why, folded, standing } = result;
  if (status === "skipped") log.info("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
  else if (status === "left") log.info(`No comment: ${why}. That one stays: ${url}`);
  else log.info(`${DONE[status]}: ${url}`);
  if (standing !== undefined) log.warning(standing.message);
  else if (folded > 0) log.info(`${folded} more of this gate's comments stood there; one is left.`);
  return url;
}

/**
 * Updates the pull request's comment and returns its URL, if there is one. Never throws: a failure is a warning. If
 * there is no pull request, it logs one line. The verdict does not change.
 */
export async function reportComment(report: CommentReport): Promise<string | undefined> {
  try {
    return await write(report);
  } catch (thrown) {
    report.log.warning(asGateError(thrown).message);
    return undefined;
  }
}

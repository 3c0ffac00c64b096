import { asGateError } from "../errors.ts";
import type { Log } from "../world.ts";
import { type ConnectOptions, connect } from "./api.ts";
import { type CommentRequest, type CommentResult, upsertComment } from "./comment.ts";
import type { GitHubEvent } from "./event.ts";
import { findPullRequest } from "./pull-request.ts";

/** When to comment; `on-failure` still keeps an existing comment current. */
type CommentMode = "always" | "on-failure" | "never";

/** What to do about the comment, before GitHub is asked anything. */
export type CommentDecision =
  | { readonly write: true; readonly create: boolean }
  | { readonly write: false; readonly level: "info" | "warning"; readonly why: string };

interface Circumstances {
  readonly mode: CommentMode;
  readonly answer: "pass" | "fail" | "error";
  readonly event: GitHubEvent;
  readonly token: string;
}

/**
 * Whether a comment is to be written, updated or left alone. A fork's or Dependabot's token is tried all the same:
 * an administrator can give it the right to write, and GitHub's refusal is told with its reason.
 */
export function decideComment({ mode, answer, event, token }: Circumstances): CommentDecision {
  if (mode === "never") return { write: false, level: "info", why: "the input `comment` is `never`" };
  if (event.name === "") return { write: false, level: "info", why: "this run is outside of GitHub" };
  if (event.problem !== undefined) return { write: false, level: "warning", why: event.problem };
  if (!event.pullRequest && !event.lookup)
    return { write: false, level: "info", why: `this run (${event.name}) has no pull request` };
  if (token === "") return { write: false, level: "warning", why: "the input `token` is empty" };
  return { write: true, create: mode === "always" || answer !== "pass" };
}

export interface CommentReport extends Circumstances, Pick<CommentRequest, "marker" | "body"> {
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly limits?: Pick<ConnectOptions, "timeoutMs" | "budgetMs">;
}

const DONE: Record<Exclude<CommentResult["status"], "skipped">, string> = {
  created: "Comment written",
  updated: "Comment updated",
  unchanged: "Comment unchanged",
};

async function write(report: CommentReport, create: boolean): Promise<string | undefined> {
  const { log, event, token, signal, marker, body } = report;
  const api = await connect({ token, event, ...report.limits, ...(signal ? { signal } : {}) });
  const found = await findPullRequest(api);
  if ("none" in found) {
    log.info(`No comment: ${found.none}.`);
    return undefined;
  }
  const result = await upsertComment(api, { pull: found.pullRequest.number, marker, body, create });
  if (result.status === "skipped") log.info("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
  else log.info(`${DONE[result.status]}: ${result.url}`);
  return result.url;
}

/**
 * Brings the pull request's comment up to date and gives its URL, where there is one. Never throws: what stands in the
 * way is a warning, or one line of log where there simply is no pull request; the verdict stands.
 */
export async function reportComment(report: CommentReport): Promise<string | undefined> {
  const decision = decideComment(report);
  if (!decision.write) {
    report.log[decision.level](`No comment: ${decision.why}.`);
    return undefined;
  }
  try {
    return await write(report, decision.create);
  } catch (thrown) {
    report.log.warning(asGateError(thrown).message);
    return undefined;
  }
}

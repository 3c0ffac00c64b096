import type { Access, CommentDecision, CommentMode } from "../../platform.ts";
import type { GitHubEvent } from "../event.ts";

interface Circumstances extends Access {
  readonly mode: CommentMode;
  readonly answer: "pass" | "fail" | "error";
  readonly event: GitHubEvent;
}

/**
 * Whether a comment is to be written, updated or left alone. A fork's or Dependabot's token is tried all the same:
 * an administrator can give it the right to write, and GitHub's refusal is told with its reason.
 */
export function decideComment({ mode, answer, event, token, offline }: Circumstances): CommentDecision {
  if (mode === "never") return { write: false, level: "info", why: "the input `comment` is `never`" };
  if (offline) return { write: false, level: "info", why: "`offline` forbids asking GitHub" };
  if (event.name === "") return { write: false, level: "info", why: "this run is outside of GitHub" };
  if (event.problem !== undefined) return { write: false, level: "warning", why: event.problem };
  if (!event.pullRequest && !event.lookup)
    return { write: false, level: "info", why: `this run (${event.name}) has no pull request` };
  if (token === "") return { write: false, level: "warning", why: "the input `token` is empty" };
  return { write: true, create: mode === "always" || answer !== "pass" };
}

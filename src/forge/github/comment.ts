import { z } from "zod";
import { asGateError } from "../../system/errors.ts";
import { requestsWith } from "../client.ts";
import type { CommentText } from "../forge.ts";
import { type Conversation, keepOneText, type OwnTextResult, type Text, tellOwnText } from "../own-text.ts";
import { type Api, author, connect, isWrittenBy } from "./api.ts";
import { currentHead, findPullRequest } from "./pull-request.ts";
import type { SentBy } from "./sending.ts";

/** A comment on a pull request. */
export interface CommentRequest extends CommentText {
  /** Number of the pull request. */
  readonly pull: number;
  /** The pull request's head as it is now; absent if GitHub does not say. */
  readonly head?: string | undefined;
}

const comment = z.object({
  id: z.int(),
  html_url: z.string(),
  /** Absent if a media type leaves it out. */
  body: z.string().nullish(),
  user: author,
});

/** The author of what is written with GITHUB_TOKEN. */
const DEFAULT_LOGIN = "github-actions[bot]";

const COMMENTS = "/issues/{issue_number}/comments";
const COMMENT = "/issues/comments/{comment_id}";

const asked = requestsWith({ needs: "pull-requests: write" });

/** Keeps one comment of the gate on a pull request, as {@link keepOneText}. */
export async function upsertComment(api: Api, request: CommentRequest): Promise<OwnTextResult> {
  const { pull, head } = request;
  const login = (await api.login()) ?? DEFAULT_LOGIN;
  const about = { issue_number: pull };
  const on = `pull request #${pull}`;
  const place: Conversation = {
    api,
    text: comment.transform(
      ({ id, html_url: url, body, user }): Text => ({ id, url, body: body ?? "", isByUs: isWrittenBy(login, user) }),
    ),
    change: "pull request",
    run: "run",
    head,
    isOwnRun: ({ event }) => event !== "push",
    list: asked(`GET ${COMMENTS}`, { ...about, per_page: 100, page: 1 }, `The comments of ${on} could not be read`),
    create: (body) => asked(`POST ${COMMENTS}`, { ...about, body }, `The comment on ${on} could not be written`),
    update: (id, body) =>
      asked(`PATCH ${COMMENT}`, { comment_id: id, body }, `The comment on ${on} could not be updated`),
    remove: (id) =>
      asked(`DELETE ${COMMENT}`, { comment_id: id }, `A second comment of ours on ${on} could not be deleted`),
  };
  return keepOneText(place, request);
}

export interface CommentReport extends SentBy, CommentText {}

/**
 * Updates the pull request's comment and returns its URL, if there is one. Never throws: a failure is a warning. If
 * there is no pull request, it logs one line. The verdict does not change.
 */
export async function reportComment({ log, event, token, signal, limits, ...text }: CommentReport) {
  try {
    const api = await connect({ token, event, signal, ...limits });
    const found = await findPullRequest(api);
    if ("none" in found) return void log.info(`No comment: ${found.none}.`);
    const head = await currentHead(api, found.pullRequest);
    const result = await upsertComment(api, { ...text, pull: found.pullRequest.number, head });
    return tellOwnText(result, "Comment", log, log.info);
  } catch (thrown) {
    return void log.warning(asGateError(thrown).message);
  }
}

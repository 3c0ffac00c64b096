import { z } from "zod";
import { asGateError } from "../../system/errors.ts";
import { requestsWith } from "../client.ts";
import type { CommentText } from "../forge.ts";
import { type Conversation, keepOneText, type Text, tellOwnText } from "../own-text.ts";
import { type Api, author, connect, isWrittenBy } from "./api.ts";
import { currentHead, findPullRequest } from "./pull-request.ts";
import type { SentBy } from "./sending.ts";

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

/**
 * The comments of a pull request.
 * @param head its head as it is now; undefined if GitHub does not say
 */
export async function commentsOf(api: Api, pull: number, head: string | undefined): Promise<Conversation> {
  const login = (await api.login()) ?? DEFAULT_LOGIN;
  const about = { issue_number: pull };
  const on = `pull request #${pull}`;
  return {
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
    const result = await keepOneText(await commentsOf(api, found.pullRequest.number, head), text);
    return tellOwnText(result, "Comment", log, log.info);
  } catch (thrown) {
    return void log.warning(asGateError(thrown).message);
  }
}

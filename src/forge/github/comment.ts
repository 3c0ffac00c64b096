import { z } from "zod";
import { asGateError } from "../../system/errors.ts";
import type { CommentText } from "../forge.ts";
import { type Conversation, keepOneText, logOwnText, type Text } from "../own-text.ts";
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

/**
 * The comments of a pull request.
 * @param head its head as it is now; undefined if GitHub does not say
 */
export async function commentsOf(api: Api, pull: number, head: string | undefined): Promise<Conversation> {
  const login = (await api.login()) ?? DEFAULT_LOGIN;
  return {
    api,
    text: comment.transform(
      ({ id, html_url: url, body, user }): Text => ({ id, url, body: body ?? "", isByUs: isWrittenBy(login, user) }),
    ),
    all: `/issues/${pull}/comments`,
    one: "/issues/comments",
    order: { per_page: 100, page: 1 },
    update: "PATCH",
    needs: "pull-requests: write",
    noun: "comment",
    subject: `pull request #${pull}`,
    change: "pull request",
    run: "run",
    head,
    isOwnRun: ({ event }) => event !== "push",
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
    return logOwnText(result, "Comment", log, log.info);
  } catch (thrown) {
    return void log.warning(asGateError(thrown).message);
  }
}

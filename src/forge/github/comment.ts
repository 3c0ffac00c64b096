import { z } from "zod";
import { asGateError } from "../../system/errors.ts";
import type { Request } from "../client.ts";
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
/** 20,000 comments; the time limit is reached earlier. */
const MAX_PAGES = 200;

const COMMENTS = "/issues/{issue_number}/comments";
const COMMENT = "/issues/comments/{comment_id}";

async function commentsOf(api: Api, { pull, head }: CommentRequest): Promise<Conversation> {
  const login = (await api.login()) ?? DEFAULT_LOGIN;
  const asked = (route: string, parameters: Readonly<Record<string, unknown>>, failed: string): Request => ({
    route,
    parameters,
    failed: failed.replace("%s", () => `pull request #${pull}`),
    needs: "pull-requests: write",
  });
  const toText = ({ id, html_url: url, body, user }: z.infer<typeof comment>): Text => ({
    id,
    url,
    body: body ?? "",
    isByUs: isWrittenBy(login, user),
  });
  const one = async (...request: Parameters<typeof asked>) => toText((await api.call(asked(...request), comment)).data);
  const about = { issue_number: pull };
  return {
    change: "pull request",
    run: "run",
    head,
    isOwnRun: ({ event }) => event !== "push",
    async *texts() {
      const parameters = { ...about, per_page: 100, page: 1 };
      const request = asked(`GET ${COMMENTS}`, parameters, "The comments of %s could not be read");
      for await (const page of api.pages(request, z.array(comment), MAX_PAGES)) yield page.map(toText);
    },
    create: (body) => one(`POST ${COMMENTS}`, { ...about, body }, "The comment on %s could not be written"),
    update: ({ id }, body) =>
      one(`PATCH ${COMMENT}`, { comment_id: id, body }, "The comment on %s could not be updated"),
    remove({ id }) {
      const failed = "A second comment of ours on %s could not be deleted";
      return api.call(asked(`DELETE ${COMMENT}`, { comment_id: id }, failed), z.unknown());
    },
  };
}

/** Keeps one comment of the gate on a pull request, as {@link keepOneText}. */
export async function upsertComment(api: Api, request: CommentRequest): Promise<OwnTextResult> {
  return keepOneText(() => commentsOf(api, request), request);
}

async function write({ log, event, token, signal, limits, ...text }: CommentReport): Promise<string | undefined> {
  const api = await connect({ token, event, signal, ...limits });
  const found = await findPullRequest(api);
  if ("none" in found) {
    log.info(`No comment: ${found.none}.`);
    return undefined;
  }
  const head = await currentHead(api, found.pullRequest);
  const result = await upsertComment(api, { ...text, pull: found.pullRequest.number, head });
  tellOwnText(result, "Comment", log, log.info);
  return result.url;
}

export interface CommentReport extends SentBy, CommentText {}

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

import { z } from "zod";
import type { Api } from "./api.ts";
import { ReportingError } from "./failure.ts";

export interface CommentRequest {
  /** Number of the pull request. */
  readonly pull: number;
  /** The hidden first line that tells this gate's comment from others. */
  readonly marker: string;
  /** The whole text; its first line is the marker. */
  readonly body: string;
  /** Whether to write one where there is none yet. */
  readonly create: boolean;
  /** What of a body counts when two are compared, such as all but what every run writes anew; absent: all. */
  readonly essence?: ((body: string) => string) | undefined;
}

export interface CommentResult {
  readonly status: "created" | "updated" | "unchanged" | "skipped";
  readonly url?: string | undefined;
}

const comment = z.object({
  id: z.int(),
  html_url: z.string(),
  /** Absent where a media type leaves it out. */
  body: z.string().nullish(),
  /** Null for an account that was deleted. */
  user: z.object({ login: z.string(), type: z.string().optional() }).nullish(),
});
type Comment = z.infer<typeof comment>;

/** Who writes with GITHUB_TOKEN. */
const DEFAULT_LOGIN = "github-actions[bot]";
const PER_PAGE = 100;
/** 20,000 comments; the time limit comes first. */
const MAX_PAGES = 200;

/** Asked through GraphQL: `GET /user` is closed to the tokens of apps, and GITHUB_TOKEN is one. */
async function loginOfToken(api: Api): Promise<string> {
  const viewer = z.object({ viewer: z.object({ login: z.string().min(1) }) });
  return (await api.query("query { viewer { login } }", viewer))?.viewer.login ?? DEFAULT_LOGIN;
}

/** GraphQL may call an app `name`, which REST calls `name[bot]`. No app can have the name of somebody else's account. */
function isWrittenBy(login: string, { user }: Comment): boolean {
  const author = user?.login.toLowerCase();
  return author === login.toLowerCase() || (user?.type === "Bot" && author === `${login.toLowerCase()}[bot]`);
}

/** GitHub may give back CRLF, and no white space at the end. */
function normalised(body: string): string {
  return body.replaceAll("\r\n", "\n").trimEnd();
}

function firstLine(body: string): string {
  return normalised(body).split("\n", 1)[0] ?? "";
}

/** Ours, the oldest if there are several: the marker as first line, and written by `login`. */
async function findComment(api: Api, { pull, marker }: CommentRequest, login: string): Promise<Comment | undefined> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { data, more } = await api.call(
      {
        route: "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
        parameters: { issue_number: pull, per_page: PER_PAGE, page },
        failed: `The comments of pull request #${pull} could not be read`,
        permission: "pull-requests: write",
      },
      z.array(comment),
    );
    const ours = data.find((one) => firstLine(one.body ?? "") === marker && isWrittenBy(login, one));
    if (ours || !more) return ours;
  }
  return undefined;
}

/** Undefined where the comment was deleted meanwhile. */
async function updateComment(api: Api, id: number, { pull, body }: CommentRequest): Promise<CommentResult | undefined> {
  try {
    const { data } = await api.call(
      {
        route: "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
        parameters: { comment_id: id, body },
        failed: `The comment on pull request #${pull} could not be updated`,
        permission: "pull-requests: write",
      },
      comment,
    );
    return { status: "updated", url: data.html_url };
  } catch (thrown) {
    if (thrown instanceof ReportingError && (thrown.status === 404 || thrown.status === 410)) return undefined;
    throw thrown;
  }
}

async function createComment(api: Api, { pull, body }: CommentRequest): Promise<CommentResult> {
  const { data } = await api.call(
    {
      route: "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
      parameters: { issue_number: pull, body },
      failed: `The comment on pull request #${pull} could not be written`,
      permission: "pull-requests: write",
    },
    comment,
  );
  return { status: "created", url: data.html_url };
}

/**
 * Writes the gate's one comment on a pull request, or brings it up to date. Only a comment that carries the marker
 * *and* was written by the token's own identity is ever touched; of several the oldest. An equal one stays as it is.
 * @throws ReportingError when GitHub does not let us; `github-text-too-long` where the body is too long.
 */
export async function upsertComment(api: Api, request: CommentRequest): Promise<CommentResult> {
  if (firstLine(request.body) !== request.marker) throw new Error("a comment's body must begin with its marker");
  const existing = await findComment(api, request, await loginOfToken(api));
  if (existing) {
    const { essence = (body) => body } = request;
    const [before, now] = [existing.body ?? "", request.body].map((body) => essence(normalised(body)));
    if (before === now) return { status: "unchanged", url: existing.html_url };
    const updated = await updateComment(api, existing.id, request);
    if (updated) return updated;
  }
  return request.create ? createComment(api, request) : { status: "skipped" };
}

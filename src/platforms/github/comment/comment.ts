import { z } from "zod";
import { type RunStamp, readStamped, stamped } from "../../../domain/run-stamp.ts";
import { ReportingError } from "../../api-failure.ts";
import { firstLine, normalised } from "../../kept-text.ts";
import type { CommentText } from "../../platform.ts";
import type { Api } from "../api/api.ts";
import { author, isWrittenBy, loginOfToken } from "../api/own-texts.ts";

/** A comment on a pull request. */
export interface CommentRequest extends CommentText {
  /** Number of the pull request. */
  readonly pull: number;
  /** The pull request's head as it is now; absent if GitHub does not say. */
  readonly head?: string | undefined;
}

/** What became of further comments of this gate; only one shall stay for each name. */
interface Folded {
  readonly folded: number;
  /** Why one of them is still there, with an older answer. */
  readonly standing?: ReportingError | undefined;
}

export interface CommentResult extends Folded {
  /** `left`: another run's comment takes precedence, for the reason in `why`. */
  readonly status: "created" | "updated" | "unchanged" | "skipped" | "left";
  readonly url?: string | undefined;
  readonly why?: string;
}

const comment = z.object({
  id: z.int(),
  html_url: z.string(),
  /** Absent if a media type leaves it out. */
  body: z.string().nullish(),
  user: author,
});
type Comment = z.infer<typeof comment>;

/** A comment of this gate, with the run that wrote it. */
type Ours = Comment & { readonly stamp?: RunStamp | undefined };

/** The author of what is written with GITHUB_TOKEN. */
const DEFAULT_LOGIN = "github-actions[bot]";
const PER_PAGE = 100;
/** 20,000 comments; the time limit is reached earlier. */
const MAX_PAGES = 200;
/** How often the comment is written again if an older run overwrites it at the same moment. */
const MAX_ROUNDS = 3;

/** This gate's comments, oldest first: written by `login`, with the marker as first line. */
async function findComments(api: Api, { pull, marker }: CommentRequest, login: string): Promise<Ours[]> {
  const found: Ours[] = [];
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
    for (const one of data) {
      const line = isWrittenBy(login, one.user) ? readStamped(firstLine(one.body ?? ""), marker) : undefined;
      if (line !== undefined) found.push({ ...one, stamp: line.stamp });
    }
    if (!more) break;
  }
  return found.sort((a, b) => a.id - b.id);
}

/** Undefined if the comment was deleted meanwhile. */
async function updateComment(
  api: Api,
  id: number,
  { pull, body }: Pick<CommentRequest, "pull" | "body">,
): Promise<Comment | undefined> {
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
    return data;
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    throw thrown;
  }
}

function isGone(thrown: unknown): boolean {
  return thrown instanceof ReportingError && (thrown.status === 404 || thrown.status === 410);
}

async function createComment(api: Api, { pull, body }: CommentRequest): Promise<Comment> {
  const { data } = await api.call(
    {
      route: "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
      parameters: { issue_number: pull, body },
      failed: `The comment on pull request #${pull} could not be written`,
      permission: "pull-requests: write",
    },
    comment,
  );
  return data;
}

/**
 * Deletes all comments except `kept`. One that cannot be deleted gets the same text, so that none shows an older
 * answer.
 */
async function foldInto(api: Api, kept: Comment, all: readonly Ours[], pull: number): Promise<Folded> {
  let standing: ReportingError | undefined;
  const others = all.filter(({ id }) => id !== kept.id);
  for (const other of others) {
    try {
      if (!(await deleteComment(api, other.id, pull))) await makeSame(api, other, kept, pull);
    } catch (thrown) {
      if (!(thrown instanceof ReportingError)) throw thrown;
      standing = thrown;
    }
  }
  return { folded: others.length, standing };
}

/** Whether the comment is gone. */
async function deleteComment(api: Api, id: number, pull: number): Promise<boolean> {
  try {
    await api.call(
      {
        route: "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
        parameters: { comment_id: id },
        failed: `A second comment of ours on pull request #${pull} could not be deleted`,
        permission: "pull-requests: write",
      },
      z.unknown(),
    );
    return true;
  } catch (thrown) {
    return isGone(thrown);
  }
}

async function makeSame(api: Api, other: Ours, kept: Comment, pull: number): Promise<void> {
  const body = kept.body ?? "";
  if (normalised(other.body ?? "") !== normalised(body)) await updateComment(api, other.id, { pull, body });
}

/** Reads the existing comments once, and writes if this run takes precedence. */
async function writeOnce(api: Api, request: CommentRequest, login: string): Promise<CommentResult> {
  const { pull, body, stamp, head } = request;
  const [first, ...more] = await findComments(api, request, login);
  if (first !== undefined) {
    const all: readonly [Ours, ...Ours[]] = [first, ...more];
    const best = strongest(all, head);
    const allowed = precedence(stamp, best.stamp, head);
    if (!allowed.write)
      return { status: "left", url: best.html_url, why: allowed.why, ...(await foldInto(api, best, all, pull)) };
    // A comment that this run has just written stays, since another run may be deleting the other one.
    const own = stamp === undefined ? undefined : all.findLast((one) => firstLine(one.body ?? "") === firstLine(body));
    const kept = own ?? first;
    const written = await bringUpToDate(api, [kept, ...all.filter((one) => one !== kept)], request);
    if (written !== undefined) {
      const { status, comment: now } = written;
      return { status, url: now.html_url, ...(await foldInto(api, now, all, pull)) };
    }
  }
  if (!request.create) return { status: "skipped", folded: 0 };
  return { status: "created", url: (await createComment(api, request)).html_url, folded: 0 };
}

/** Writes the text to the first comment that still exists; undefined if none does. */
async function bringUpToDate(api: Api, candidates: readonly Ours[], request: CommentRequest) {
  const { body } = request;
  for (const candidate of candidates) {
    if (normalised(candidate.body ?? "") === normalised(body))
      return { status: "unchanged", comment: candidate } as const;
    const updated = await updateComment(api, candidate.id, request);
    if (updated !== undefined) return { status: "updated", comment: { ...updated, body } } as const;
  }
  return undefined;
}

/**
 * Whether the comment is as this run left it. Another run may have read before this one wrote, and written after it.
 */
async function isSettled(api: Api, request: CommentRequest, login: string): Promise<boolean> {
  const [first, ...more] = await findComments(api, request, login);
  if (first === undefined) return true;
  return more.length === 0 && firstLine(first.body ?? "") === firstLine(request.body);
}

/**
 * Writes or updates the gate's single comment on a pull request. It only changes comments that carry the marker *and*
 * were written by the token's own identity. The oldest one is updated, unless its text is already equal, and the others
 * are deleted. An older run does not overwrite a newer run's comment (see {@link precedence}). GitHub has no
 * conditional write, so the comment is read again afterwards: two runs at the same moment leave one comment, the newer
 * run's.
 * @throws ReportingError if a request fails; `github-text-too-long` if the body is too long
 */
export async function upsertComment(api: Api, request: CommentRequest): Promise<CommentResult> {
  const { marker, stamp } = request;
  if (firstLine(request.body) !== stamped(marker, stamp))
    throw new Error("a comment's body must begin with its marker");
  const login = (await loginOfToken(api)) ?? DEFAULT_LOGIN;
  let result = await writeOnce(api, request, login);
  for (let round = 1; round < MAX_ROUNDS && isWritten(result); round++) {
    if (await isSettled(api, request, login)) break;
    const { status, folded } = result;
    const again = await writeOnce(api, request, login);
    // The first status counts, since a second look finds this run's own comment unchanged.
    result = { ...again, status: again.status === "unchanged" ? status : again.status, folded: folded + again.folded };
  }
  return result;
}

function isWritten({ status }: CommentResult): boolean {
  return status === "created" || status === "updated";
}

/** Whether a run may overwrite another run's comment. */
type Precedence = { readonly write: true } | { readonly write: false; readonly why: string };

const YES: Precedence = { write: true };
const no = (why: string): Precedence => ({ write: false, why });

/**
 * Whether this run's comment may replace the existing one. The answer of an older run, or about an older commit, never
 * replaces a newer one, even if the older run ends last.
 * @param head the pull request's head as it is now; undefined if GitHub does not say
 * @returns `why` as the end of a sentence that begins with `No comment:`
 */
function precedence(mine: RunStamp | undefined, theirs: RunStamp | undefined, head: string | undefined): Precedence {
  if (theirs === undefined || mine === undefined) return YES;
  if (mine.run === theirs.run)
    return mine.attempt >= theirs.attempt ? YES : no(`attempt ${theirs.attempt} of this run has written it`);
  const [isMineHead, isTheirsHead] = [mine, theirs].map(({ commit }) => commit !== undefined && commit === head);
  const areKnown = mine.commit !== undefined && theirs.commit !== undefined;
  if (areKnown && mine.commit !== theirs.commit && isMineHead) return YES;
  if (areKnown && mine.commit !== theirs.commit && isTheirsHead)
    return no(`the one that is there is about ${theirs.commit}, the pull request's head, and this run is not`);
  if (areKnown && mine.commit === theirs.commit && isPush(mine) !== isPush(theirs))
    return isPush(theirs) ? YES : no("the pull request's own run has written one about the same commit");
  return byAge(mine, theirs, isMineHead === true || (areKnown && mine.commit === theirs.commit));
}

/** Run ids grow across all workflows. If a user restarts an older run of the current commit, its answer counts. */
function byAge(mine: RunStamp, theirs: RunStamp, isCurrent: boolean): Precedence {
  if (mine.run > theirs.run || (isCurrent && mine.attempt > 1)) return YES;
  return no(`a newer run has written one (run ${theirs.run}, this is ${mine.run})`);
}

/**
 * A push to a branch knows nothing of the pull request: not its base, the merge with it, or the policy that applies.
 */
function isPush({ event }: RunStamp): boolean {
  return event === "push";
}

/** The comment that takes precedence over the others; of equal ones the last. */
function strongest<T extends { readonly stamp?: RunStamp | undefined }>(
  comments: readonly [T, ...T[]],
  head: string | undefined,
): T {
  return comments.reduce((best, next) => {
    if (next.stamp === undefined) return best.stamp === undefined ? next : best;
    return precedence(next.stamp, best.stamp, head).write ? next : best;
  });
}

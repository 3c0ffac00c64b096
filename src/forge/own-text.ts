import { type RunStamp, readStamped, stamped } from "../domain/run-stamp.ts";
import type { Log } from "../system/world.ts";
import { onFailure, type ReportingError, unlessStatus } from "./api-failure.ts";
import type { CommentText } from "./forge.ts";

/** A text of a conversation: a comment or a note. */
export interface Text {
  readonly id: number;
  readonly body: string;
  readonly url?: string | undefined;
  /** The token's own account has written it. */
  readonly isByUs: boolean;
  /** It cannot become what is to be written: a note outside of a thread never holds up a merge. */
  readonly mustGo?: boolean | undefined;
}

/** A conversation, as its server lets it be read and written. It decides nothing. */
export interface Conversation {
  texts(): AsyncIterable<readonly Text[]>;
  create(body: string): Promise<Text>;
  update(text: Text, body: string): Promise<Text>;
  remove(text: Text): Promise<unknown>;
  /** The head of what it is about, as it is now; absent: the server does not say. */
  readonly head?: string | undefined;
  /** Whether a run is the change's own: another one knows nothing of its base, or of the policy that applies. */
  isOwnRun(stamp: RunStamp): boolean;
  /** Words for its subject and for a run: `pull request`, `run`. */
  readonly change: string;
  readonly run: string;
}

/** Further texts of this gate; only one shall stay for each name. */
interface Folded {
  readonly folded: number;
  /** Why one of them is still there, with an older answer. */
  readonly standing?: ReportingError | undefined;
}

export interface OwnTextResult extends Folded {
  /** `left`: another run's text takes precedence, for the reason in `why`. */
  readonly status: "created" | "updated" | "unchanged" | "skipped" | "left";
  readonly url?: string | undefined;
  readonly why?: string;
  /** The text that is there now. */
  readonly text?: Text | undefined;
}

/** A text of this gate, with the run that wrote it. */
type Ours = Text & { readonly stamp?: RunStamp | undefined };

type Wanted = Pick<CommentText, "marker" | "body" | "stamp" | "create">;

/** How often the text is written again if an older run overwrites it at the same moment. */
const MAX_ROUNDS = 3;

/** A text as servers give it back: they may answer with CRLF, and without white space at the end. */
export function normalised(body: string): string {
  return body.replaceAll("\r\n", "\n").trimEnd();
}

/** The line in which our markers are. */
function firstLine(body: string): string {
  return normalised(body).split("\n", 1)[0] ?? "";
}

/**
 * Writes or updates the gate's single text in a conversation. It only changes texts that carry the marker *and* were
 * written by the token's own account. The oldest one is updated, unless its text is already equal, and the others are
 * deleted. An older run does not overwrite a newer run's text (see {@link supersededBecause}). No server has a
 * conditional write, so the texts are read again afterwards: two runs at the same moment leave one text, the newer
 * run's.
 * @throws ReportingError if a request fails
 */
export async function keepOneText(open: () => Promise<Conversation>, wanted: Wanted): Promise<OwnTextResult> {
  if (firstLine(wanted.body) !== stamped(wanted.marker, wanted.stamp))
    throw new Error("a text of ours must begin with its marker");
  const place = await open();
  let result = await writeOnce(place, wanted);
  for (let round = 1; round < MAX_ROUNDS && ["created", "updated"].includes(result.status); round++) {
    if (await isSettled(place, wanted)) break;
    const { status, folded } = result;
    const again = await writeOnce(place, wanted);
    // The first status counts, since a second look finds this run's own text unchanged.
    result = { ...again, status: again.status === "unchanged" ? status : again.status, folded: folded + again.folded };
  }
  return result;
}

/** This gate's texts, oldest first. */
async function ours(place: Conversation, marker: string): Promise<Ours[]> {
  const found: Ours[] = [];
  for await (const texts of place.texts())
    for (const text of texts) {
      const line = text.isByUs ? readStamped(firstLine(text.body), marker) : undefined;
      if (line !== undefined) found.push({ ...text, stamp: line.stamp });
    }
  return found.sort((a, b) => a.id - b.id);
}

/** Reads the existing texts once, and writes if this run takes precedence. */
async function writeOnce(place: Conversation, wanted: Wanted): Promise<OwnTextResult> {
  const { body, stamp } = wanted;
  const all = await ours(place, wanted.marker);
  const best = strongest(all, place);
  const why = best && supersededBecause(stamp, best.stamp, place);
  if (why !== undefined) return { status: "left", url: best?.url, why, ...(await foldInto(place, best as Ours, all)) };
  // A text that this run has just written stays, since another run may be deleting the other one.
  const own = stamp === undefined ? undefined : all.findLast((one) => firstLine(one.body) === firstLine(body));
  const candidates = [...(own ? [own] : []), ...all.filter((one) => one !== own)].filter(({ mustGo }) => !mustGo);
  const written = await bringUpToDate(place, candidates, body);
  if (written !== undefined)
    return { ...written, url: written.text.url, ...(await foldInto(place, written.text, all)) };
  const isReplaced = all.some(({ mustGo }) => mustGo);
  if (!wanted.create && !isReplaced) return { status: "skipped", folded: 0 };
  const text = await place.create(body);
  const { standing } = await foldInto(place, text, isReplaced ? all : []);
  return { status: isReplaced ? "updated" : "created", url: text.url, text, folded: 0, standing };
}

/** Writes the text to the first one that still exists; undefined if none does. */
async function bringUpToDate(place: Conversation, candidates: readonly Ours[], body: string) {
  for (const candidate of candidates) {
    if (normalised(candidate.body) === normalised(body)) return { status: "unchanged", text: candidate } as const;
    const updated = await unlessGone(place.update(candidate, body));
    if (updated !== undefined) return { status: "updated", text: { ...updated, body } } as const;
  }
  return undefined;
}

/** Undefined if the text was deleted meanwhile. */
const unlessGone = <T>(request: Promise<T>) => unlessStatus([404, 410], request);

/** Deletes all texts except `kept`. One that stays all the same gets its text, so that none shows an older answer. */
async function foldInto(place: Conversation, kept: Text, all: readonly Ours[]): Promise<Folded> {
  const others = all.filter(({ id }) => id !== kept.id);
  const failureOf = (request: Promise<unknown>) =>
    unlessGone(request).then(
      () => undefined,
      onFailure((failure) => failure),
    );
  let standing: ReportingError | undefined;
  for (const other of others) {
    const stays = (await failureOf(place.remove(other))) !== undefined;
    if (stays && normalised(other.body) !== normalised(kept.body))
      standing = (await failureOf(place.update(other, kept.body))) ?? standing;
  }
  return { folded: others.length, standing };
}

/**
 * Whether the text is as this run left it. Another run may have read before this one wrote, and written after it. A
 * failure to read it again takes nothing back that was written.
 */
async function isSettled(place: Conversation, { marker, body }: Wanted): Promise<boolean> {
  const texts = await ours(place, marker).catch(onFailure(() => []));
  return texts.length === 0 || (texts.length === 1 && firstLine(texts[0]?.body ?? "") === firstLine(body));
}

/**
 * Why this run's text must not replace the existing one, as the end of a sentence that begins with `No comment:`;
 * undefined if it may. The answer of an older run, or about an older commit, never replaces a newer one, even if the
 * older run ends last.
 */
function supersededBecause(
  mine: RunStamp | undefined,
  theirs: RunStamp | undefined,
  { head, isOwnRun, change, run }: Conversation,
): string | undefined {
  if (theirs === undefined || mine === undefined) return undefined;
  if (mine.run === theirs.run)
    return mine.attempt >= theirs.attempt ? undefined : `attempt ${theirs.attempt} of this ${run} has written it`;
  const isKnown = mine.commit !== undefined && theirs.commit !== undefined;
  const isSame = isKnown && mine.commit === theirs.commit;
  const isHead = mine.commit !== undefined && mine.commit === head;
  if (isKnown && !isSame && isHead) return undefined;
  if (isKnown && !isSame && theirs.commit === head)
    return `the one that is there is about ${theirs.commit}, the ${change}'s head, and this ${run} is not`;
  if (isSame && isOwnRun(mine) !== isOwnRun(theirs))
    return isOwnRun(mine) ? undefined : `the ${change}'s own ${run} has written one about the same commit`;
  // Run ids grow across all workflows. If a user restarts an older run of the current commit, its answer counts.
  if (mine.run > theirs.run || ((isHead || isSame) && mine.attempt > 1)) return undefined;
  return `a newer ${run} has written one (${run} ${theirs.run}, this is ${mine.run})`;
}

/** The text that takes precedence over the others; of equal ones the last. */
function strongest(texts: readonly Ours[], place: Conversation): Ours | undefined {
  return texts.reduce<Ours | undefined>((best, next) => {
    if (best === undefined) return next;
    if (next.stamp === undefined) return best.stamp === undefined ? next : best;
    return supersededBecause(next.stamp, best.stamp, place) === undefined ? next : best;
  }, undefined);
}

const DONE = { created: "written", updated: "updated", unchanged: "unchanged" };

/** Says what became of it: `Comment written: https://…`. @param noun `Comment` */
export function tellOwnText(
  { status, url, why, folded, standing }: OwnTextResult,
  noun: string,
  log: Pick<Log, "warning">,
  tell: (line: string) => void,
): void {
  if (status === "skipped") tell("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
  else if (status === "left") tell(`No comment: ${why}. That one stays: ${url}`);
  else tell(`${noun} ${DONE[status]}: ${url}`);
  if (standing !== undefined) log.warning(standing.message);
  else if (folded > 0) tell(`${folded} more of this gate's comments stood there; one is left.`);
}

import { z } from "zod";
import { type RunStamp, readStamped, stamped } from "../domain/run-stamp.ts";
import type { Log } from "../system/world.ts";
import { onFailure, type ReportingError, unlessStatus } from "./api-failure.ts";
import type { Client } from "./client.ts";
import type { CommentText } from "./forge.ts";

/** A text of a conversation: a comment or a note. */
export interface Text {
  readonly id: number;
  readonly body: string;
  readonly url: string;
  /** The token's own account has written it. */
  readonly isByUs: boolean;
}

/** A conversation, as its server lets it be read and written. It decides nothing. */
export interface Conversation {
  readonly api: Pick<Client, "call" | "items">;
  /** An answer that has one text. */
  readonly text: z.ZodType<Text>;
  /** The path of the list of texts. {@link one}: the path of a single text, without its number at the end. */
  readonly all: string;
  readonly one: string;
  /** The query that lists them oldest first. */
  readonly order: Readonly<Record<string, unknown>>;
  readonly update: "PATCH" | "PUT";
  readonly needs: string;
  /** `comment`, and its subject: `pull request #7`. */
  readonly noun: string;
  readonly subject: string;
  /** The head of what it is about, as it is now; absent: the server does not say. */
  readonly head?: string | undefined;
  /** True if a run is the change's own: another one knows nothing of its base, or of the policy that applies. */
  isOwnRun(stamp: RunStamp): boolean;
  /** Words for a change and for a run: `pull request`, `run`. */
  readonly change: string;
  readonly run: string;
}

export interface OwnTextResult {
  /** `left`: another run's text takes precedence, for the reason in `why`. */
  readonly status: "created" | "updated" | "unchanged" | "skipped" | "left";
  readonly why?: string;
  /** The text that is there now. */
  readonly text?: Text | undefined;
  /** Why a further text of this gate could not be removed: it may show an older answer. */
  readonly standing?: ReportingError | undefined;
}

/** A text of this gate, with the run that wrote it. */
type Ours = Text & { readonly stamp?: RunStamp | undefined };

/** A conversation has thousands of texts at most; the time limit is reached earlier. */
const MAX_PAGES = 200;

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
export async function keepOneText(place: Conversation, wanted: CommentText): Promise<OwnTextResult> {
  if (firstLine(wanted.body) !== stamped(wanted.marker, wanted.stamp))
    throw new Error("a text of ours must begin with its marker");
  let result = await writeOnce(place, wanted);
  for (let round = 1; round < MAX_ROUNDS && ["created", "updated"].includes(result.status); round++) {
    if (await isSettled(place, wanted)) break;
    const again = await writeOnce(place, wanted);
    // The first status counts, since a second look finds this run's own text unchanged.
    result = again.status === "unchanged" ? { ...again, status: result.status } : again;
  }
  return result;
}

/** This gate's texts, oldest first. */
async function ours(place: Conversation, marker: string): Promise<Ours[]> {
  const { api, text, all, order, needs, noun, subject } = place;
  const found: Ours[] = [];
  const list = {
    route: `GET ${all}`,
    parameters: order,
    failed: `The ${noun}s of ${subject} could not be read`,
    needs,
  };
  for await (const each of api.items(list, text, MAX_PAGES)) {
    const line = each.isByUs ? readStamped(firstLine(each.body), marker) : undefined;
    if (line !== undefined) found.push({ ...each, stamp: line.stamp });
  }
  return found.sort((a, b) => a.id - b.id);
}

/** Reads the existing texts once, and writes if this run takes precedence. */
async function writeOnce(place: Conversation, wanted: CommentText): Promise<OwnTextResult> {
  const { body, stamp, create } = wanted;
  const { api, needs, noun, subject } = place;
  const write = (route: string, done: string) =>
    api.call(
      { route, parameters: { body }, failed: `The ${noun} on ${subject} could not be ${done}`, needs },
      place.text,
    );
  const all = await ours(place, wanted.marker);
  const best = strongest(all, place);
  const why = best && supersededBecause(stamp, best.stamp, place);
  if (why !== undefined) return { status: "left", why, text: best, standing: await removed(place, best, all) };
  // A text that this run has just written stays, since another run may be deleting the other one.
  const own = stamp === undefined ? undefined : all.findLast((one) => firstLine(one.body) === firstLine(body));
  for (const one of new Set([...(own ? [own] : []), ...all])) {
    const isEqual = normalised(one.body) === normalised(body);
    const text = isEqual ? one : await unlessGone(write(`${place.update} ${place.one}/${one.id}`, "updated"));
    if (text !== undefined)
      return { status: isEqual ? "unchanged" : "updated", text, standing: await removed(place, one, all) };
  }
  return create ? { status: "created", text: await write(`POST ${place.all}`, "written") } : { status: "skipped" };
}

/** Undefined if the text was deleted meanwhile. */
const unlessGone = <T>(request: Promise<T>) => unlessStatus([404, 410], request);

/** Deletes all texts except `kept`. @returns the last failure */
async function removed({ api, one, needs, noun, subject }: Conversation, kept: Text | undefined, all: readonly Text[]) {
  let standing: ReportingError | undefined;
  const failed = `A second ${noun} of ours on ${subject} could not be deleted`;
  for (const { id } of all)
    if (id !== kept?.id)
      await unlessGone(api.call({ route: `DELETE ${one}/${id}`, failed, needs }, z.unknown())).catch(
        onFailure((failure) => (standing = failure)),
      );
  return standing;
}

/**
 * True if the text is as this run left it. Another run may have read before this one wrote, and written after it. A
 * failure to read it again takes nothing back that was written.
 */
async function isSettled(place: Conversation, { marker, body }: CommentText): Promise<boolean> {
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

/** Logs the result: `Comment written: https://…`. @param noun `Comment` @returns the text's address */
export function logOwnText(
  { status, text, why, standing }: OwnTextResult,
  noun: string,
  log: Pick<Log, "warning">,
  tell: (line: string) => void,
): string | undefined {
  if (status === "skipped") tell("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
  else if (status === "left") tell(`No comment: ${why}. That one stays: ${text?.url}`);
  else tell(`${noun} ${DONE[status]}: ${text?.url}`);
  if (standing !== undefined) log.warning(standing.message);
  return text?.url;
}

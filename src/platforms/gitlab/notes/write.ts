import { z } from "zod";
import { type RunStamp, stamped } from "../../../domain/run-stamp.ts";
import { ReportingError } from "../../api-failure.ts";
import { firstLine, normalised } from "../../kept-text.ts";
import type { CommentText } from "../../platform.ts";
import type { Api } from "../api/api.ts";
import { accountOf, noteSchema, type OwnNote, ownNotes, type Place, requestOn } from "./read.ts";
import { openThread, setResolved } from "./thread.ts";

export interface NoteRequest extends CommentText {
  readonly place: Place;
}

/** `left`: another pipeline's note takes precedence, for the reason in `why`. */
export interface NoteResult {
  readonly status: "created" | "updated" | "unchanged" | "skipped" | "left";
  readonly id?: number | undefined;
  readonly why?: string | undefined;
  /** Why the thread is not as it should be. */
  readonly thread?: ReportingError | undefined;
}

/** How often the note is written again if an older pipeline overwrites it at the same moment. */
const MAX_ROUNDS = 3;

/** Why this pipeline's answer must not replace the other's, as the end of a sentence; undefined: it may. */
function supersededBecause(mine: RunStamp | undefined, theirs: RunStamp | undefined): string | undefined {
  if (mine === undefined || theirs === undefined || mine.run === theirs.run) return undefined;
  const isOwn = (stamp: RunStamp) => stamp.event === "merge_request_event";
  if (mine.commit !== undefined && mine.commit === theirs.commit && isOwn(mine) !== isOwn(theirs))
    return isOwn(mine) ? undefined : "the merge request's own pipeline has written one about the same commit";
  return mine.run > theirs.run
    ? undefined
    : `a newer pipeline has written one (pipeline ${theirs.run}, this is ${mine.run})`;
}

/** Updates the text. Undefined if the note was deleted meanwhile. */
async function update(api: Api, note: OwnNote, { place, body }: NoteRequest): Promise<OwnNote | undefined> {
  try {
    const request = requestOn(place, "PUT", `notes/${note.id}`, "The note on %s could not be updated");
    const { data } = await api.call({ ...request, body: { body } }, noteSchema);
    return { ...note, ...data, body };
  } catch (thrown) {
    if (thrown instanceof ReportingError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

async function create(api: Api, { place, body, holdsUp }: NoteRequest): Promise<OwnNote> {
  if (holdsUp === true) return openThread(api, place, body);
  const request = requestOn(place, "POST", "notes", "The note on %s could not be written");
  const { data } = await api.call({ ...request, body: { body } }, noteSchema);
  return data;
}

/** Deletes the other notes of this gate, so that none shows an older answer. One that is gone is skipped. */
async function remove(api: Api, others: readonly OwnNote[], place: Place): Promise<void> {
  for (const { id } of others) {
    const request = requestOn(place, "DELETE", `notes/${id}`, "A second note of ours on %s could not be deleted");
    await api.call(request, z.unknown()).catch((thrown: unknown) => {
      if (!(thrown instanceof ReportingError && thrown.status === 404)) throw thrown;
    });
  }
}

/** A note outside of a thread cannot be resolved, so that one that must hold up the merge is written anew. */
function canStay(note: OwnNote, { holdsUp }: NoteRequest): boolean {
  return holdsUp !== true || note.resolvable === true;
}

async function writeOnce(api: Api, request: NoteRequest, account: number): Promise<NoteResult & { note?: OwnNote }> {
  const { place, body } = request;
  const all = await ownNotes(api, place, request.marker, account);
  for (const theirs of all) {
    const why = supersededBecause(request.stamp, theirs.stamp);
    if (why !== undefined) return { status: "left", id: theirs.id, why };
  }
  const kept = all.find((note) => canStay(note, request));
  if (kept !== undefined) {
    const isSame = normalised(kept.body ?? "") === normalised(body);
    const note = isSame ? kept : await update(api, kept, request);
    if (note !== undefined) {
      await remove(
        api,
        all.filter(({ id }) => id !== note.id),
        place,
      );
      return { status: isSame ? "unchanged" : "updated", id: note.id, note };
    }
  }
  if (!request.create && all.length === 0) return { status: "skipped" };
  const note = await create(api, request);
  await remove(
    api,
    all.filter((each) => each !== kept),
    place,
  );
  return { status: all.length > 0 ? "updated" : "created", id: note.id, note };
}

/**
 * Whether the note is as this pipeline left it. Another may have read before this one wrote, and written after it. A
 * failure to read it again takes nothing back that was written.
 */
async function isSettled(api: Api, { place, marker, body }: NoteRequest, account: number): Promise<boolean> {
  try {
    const [first, ...more] = await ownNotes(api, place, marker, account);
    return more.length === 0 && (first === undefined || firstLine(first.body ?? "") === firstLine(body));
  } catch (thrown) {
    if (thrown instanceof ReportingError) return true;
    throw thrown;
  }
}

/** Our thread is open exactly as long as it must block the merge. */
async function settleThread(api: Api, note: OwnNote, { place, holdsUp }: NoteRequest) {
  if (note.resolvable !== true) return undefined;
  const resolved = holdsUp !== true;
  if ((note.resolved ?? false) === resolved) return undefined;
  try {
    await setResolved(api, place, note.id, resolved);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ReportingError) return thrown;
    throw thrown;
  }
}

/**
 * Writes or updates the gate's single note on a merge request. Only notes that have the marker *and* were written by
 * the token's own account are changed: the oldest is updated, the others are deleted. GitLab has no conditional write,
 * so the notes are read again afterwards.
 * @throws ReportingError if a request fails
 */
export async function upsertNote(api: Api, request: NoteRequest): Promise<NoteResult> {
  const { marker, stamp, body } = request;
  if (firstLine(body) !== stamped(marker, stamp)) throw new Error("a note's body must begin with its marker");
  const account = await accountOf(api);
  let result = await writeOnce(api, request, account);
  for (let round = 1; round < MAX_ROUNDS && ["created", "updated"].includes(result.status); round++) {
    if (await isSettled(api, request, account)) break;
    const again = await writeOnce(api, request, account);
    result = { ...again, status: again.status === "unchanged" ? result.status : again.status };
  }
  const { note, ...shown } = result;
  return note === undefined ? shown : { ...shown, thread: await settleThread(api, note, request) };
}

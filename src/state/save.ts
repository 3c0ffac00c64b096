import { isForgotten } from "../domain/history/episodes.ts";
import { mergeRun } from "../domain/history/merge.ts";
import { type ImageRecord, type Instant, STATE_VERSION } from "../domain/history/record.ts";
import type { ImageChange, RunSeen } from "../domain/history/running.ts";
import { andMore, counted } from "../domain/list-some.ts";
import { asClause } from "../domain/one-line.ts";
import { isOlderRun, type ServerRun } from "../domain/run-stamp.ts";
import { compareText } from "../domain/versions/order.ts";
import type { StateChange, StateStore } from "../forge/forge.ts";
import { asGateError, GateError } from "../system/errors.ts";
import {
  INDEX_PATH,
  imagePath,
  imageText,
  isStatePath,
  MAX_BYTES,
  type StateIndex,
  sbomPath,
  sha256,
} from "./documents.ts";
import { type LoadedState, loadState } from "./load.ts";

/** Tries before giving up: other runs may write between our reading and our writing. */
const TRIES = 5;

/**
 * Merges a run into the history and writes it. If an older run wrote meanwhile, the run is merged into the newer state;
 * if a newer run wrote, this one writes nothing. Never throws: the findings are reported in any case, and the reason if
 * they were not written.
 */
export async function saveState(store: StateStore, loaded: LoadedState, update: StateUpdate): Promise<SavedState> {
  // Time does not run backwards: a run whose clock is behind the history starts at the history's time.
  const [now = update.seen.now] = [update.seen.now, loaded.updated ?? ""].sort().reverse();
  const seen = { ...update.seen, now };
  let state = loaded;
  let changes: readonly ImageChange[] = [];
  const failed = (error: GateError, isUnread = false): SavedState => ({
    changes,
    notWritten: { why: asClause(error.what), error, isUnread },
  });
  try {
    for (let tried = 0; ; tried++) {
      const supersededBecause = supersededBy(state, now, update.run);
      // An older run's changes are relative to the history that it read.
      if (tried === 0 || supersededBecause === undefined) changes = mergeRun(state.records, seen);
      if (state.problem !== undefined) return failed(state.problem, true);
      const why = (tried === 0 ? await store.readOnlyBecause() : undefined) ?? supersededBecause;
      if (why !== undefined) return { changes, notWritten: { why }, supersededBecause };
      const { change, tooLarge } = changeOf(state, { ...update, seen }, changes);
      const written = await store.write(change);
      const [image] = tooLarge;
      if (!("moved" in written))
        return image === undefined
          ? { changes, at: written.at }
          : { ...failed(largeError(image, tooLarge.length - 1)), at: written.at };
      if (tried + 1 === TRIES) return failed(contended(store));
      state = await loadState(store);
    }
  } catch (thrown) {
    return failed(asGateError(thrown));
  }
}

/** Why another run takes precedence, as a clause: its number is newer, or its time is later. Undefined: it is older. */
function supersededBy({ run, updated = "" }: LoadedState, now: Instant, own?: ServerRun): string | undefined {
  if (isOlderRun(own, run)) return `a newer run has written it (${run?.number}, this is ${own?.number})`;
  return updated > now ? `a later run has written it (at ${updated}, this is of ${now})` : undefined;
}

/** One image must not end the history of all others: it stays as it was. */
function largeError(image: string, others: number): GateError {
  return new GateError(
    "state-image-too-large",
    `The history of ${[image, andMore(others)].join(" ").trimEnd()} would have more than ${MAX_BYTES >> 20} MiB, and stays as it was`,
    "Look at the image: it has an unusual number of findings, or paths of unusual length.",
  );
}

function contended({ label, oneAtATime }: StateStore): GateError {
  return new GateError(
    "state-contended",
    `Other runs wrote ${label} ${TRIES} times while this one tried to`,
    oneAtATime === undefined ? "Let one run at a time write it." : `Let one run at a time write it: ${oneAtATime}.`,
  );
}

/**
 * The files that differ after a run, and the images whose history is too large to be written. Only changed records are
 * made into text.
 */
export function changeOf(
  state: LoadedState,
  { seen, run, sboms }: StateUpdate,
  changes: readonly ImageChange[],
): { readonly change: StateChange; readonly tooLarge: readonly string[] } {
  const { files } = state.snapshot;
  const tooLarge: string[] = [];
  const put = new Map<string, Buffer>();
  const hashes = new Map<string, string>();
  const keep = (path: string, content: Buffer) => {
    hashes.set(path, sha256(content));
    if (files.get(path)?.equals(content) !== true) put.set(path, content);
  };
  const leave = (path: string) => {
    const hash = state.whole.get(path);
    if (hash !== undefined) hashes.set(path, hash);
  };
  const records = changes.filter(({ after }) => !isForgotten(after, seen.now));
  for (const { before, after, image } of records) {
    const path = imagePath(image);
    const content = after === before && state.whole.has(path) ? undefined : Buffer.from(imageText(after));
    const isTooLarge = content !== undefined && content.length > MAX_BYTES;
    if (isTooLarge) tooLarge.push(image);
    if (content === undefined || isTooLarge) leave(path);
    else keep(path, content);
  }
  for (const path of neededSboms(records.map(({ after }) => after))) leave(path);
  for (const [digest, content] of sboms) {
    const path = sbomPath(digest);
    if (path !== undefined) keep(path, content);
  }
  const listed = Object.fromEntries([...hashes].sort(([a], [b]) => compareText(a, b)));
  const index: StateIndex = { version: STATE_VERSION, updated: seen.now, run: run ?? state.run, files: listed };
  put.set(INDEX_PATH, Buffer.from(`${JSON.stringify(index, null, 1)}\n`));
  const remove = [...files.keys()]
    .filter((path) => isStatePath(path) && path !== INDEX_PATH && !hashes.has(path))
    .sort();
  return { change: { base: state.snapshot, put, remove, message: messageOf(seen, changes) }, tooLarge };
}

/** The files of the SBOMs of running images. */
function neededSboms(records: readonly ImageRecord[]): string[] {
  const running = records.flatMap((record) => (record["gone-since"] === undefined ? record.running : []));
  return running.flatMap(({ digest }) => sbomPath(digest ?? "") ?? []);
}

function messageOf({ now, images }: RunSeen, changes: readonly ImageChange[]): string {
  const opened = changes.flatMap((change) => change.opened).length;
  const closed = changes.flatMap((change) => change.closed).length;
  return `Rescan of ${now.slice(0, 10)}: ${counted(images.length, "image")}, findings: ${opened} opened, ${closed} closed`;
}

/** The additions of a run. */
export interface StateUpdate {
  readonly seen: RunSeen;
  /** Absent: the run has no number. */
  readonly run?: ServerRun | undefined;
  /** New SBOMs, packed by gzip, by digest. Stored SBOMs of digests that no longer run are removed. */
  readonly sboms: ReadonlyMap<string, Buffer>;
}

/** The result of saving. */
export interface SavedState {
  readonly changes: readonly ImageChange[];
  /**
   * The place of the new history: `branch@commit` or the folder. Absent: nothing was written. If {@link notWritten}
   * is there as well, the new history lacks one image.
   */
  readonly at?: string | undefined;
  readonly notWritten?: NotWritten | undefined;
  /** A newer run has written it before this one could, as a clause. So this run's answer is not the last word. */
  readonly supersededBecause?: string | undefined;
}

export interface NotWritten {
  /** As a clause. */
  readonly why: string;
  /** The reason and the remedy. Absent: this kind of run never writes. */
  readonly error?: GateError | undefined;
  /** The history could not even be read: findings that the changes call new may be old. */
  readonly isUnread?: boolean | undefined;
}

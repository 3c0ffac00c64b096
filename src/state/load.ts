import { type ImageRecord, type Instant, imageSchema, lastTimeOf } from "../domain/history/record.ts";
import { someLines } from "../domain/list-some.ts";
import type { ServerRun } from "../domain/run-stamp.ts";
import type { StateSnapshot, StateStore } from "../forge/forge.ts";
import { asGateError, GateError } from "../system/errors.ts";
import {
  damaged,
  INDEX_PATH,
  imagePath,
  indexSchema,
  isImagePath,
  isStatePath,
  readStored,
  type StateIndex,
  sbomPath,
  sha256,
} from "./documents.ts";

const NOTHING: StateSnapshot = { files: new Map() };

/** The most changed files that are named: an index can name any number. */
const MOST_NOTES = 20;

/** Clocks differ, and a run takes time. From this difference on, one of the two clocks is wrong. */
const WRONG_CLOCK_MS = 3_600_000;

/**
 * Reads the history. Never throws: a fault in it is its `problem`, or a note.
 * @param now the time that the history must not be ahead of. Absent: that is not checked, as this run's time is long
 * past
 */
export async function loadState(store: StateStore, now?: Instant): Promise<LoadedState> {
  try {
    const state = decode(await store.read(), store.label);
    if (now !== undefined) requirePast(state, now, store.label);
    return state;
  } catch (thrown) {
    return {
      snapshot: NOTHING,
      records: new Map(),
      whole: new Map(),
      notes: [],
      problem: asGateError(thrown),
      sbom: () => undefined,
    };
  }
}

/**
 * A run that continued from a future time would give that time to all of its findings, and no deadline would end before
 * it. If this run's clock is behind instead, expired exceptions would still hold.
 * @throws GateError `state-ahead`
 */
function requirePast({ updated = "" }: LoadedState, now: Instant, label: string): void {
  if (updated <= now || Date.parse(updated) - Date.parse(now) < WRONG_CLOCK_MS) return;
  throw new GateError(
    "state-ahead",
    `The history in ${label} was last written at ${updated}, but this run's clock says ${now}: one of them is wrong`,
    "Nothing was written over. Set the machine's clock right; if it is right, restore the history as it was before that run.",
  );
}

/**
 * The history in the files of a snapshot. A file that is not as `index.json` says was edited or lost: it counts for
 * nothing, so that it cannot hide a finding.
 * @throws GateError `state-damaged`, `state-newer`
 */
function decode(snapshot: StateSnapshot, label: string): LoadedState {
  const { files } = snapshot;
  const index = indexOf(files, label);
  const notes: string[] = [];
  const whole = new Map<string, string>();
  let isPartial = false;
  for (const [path, hash] of Object.entries(index?.files ?? {})) {
    const content = files.get(path);
    if (content !== undefined && sha256(content) === hash) whole.set(path, hash);
    else {
      notes.push(brokenNote(path, content, label));
      isPartial ||= isImagePath(path);
    }
  }
  for (const path of files.keys())
    if (isStatePath(path) && path !== INDEX_PATH && index?.files[path] === undefined)
      notes.push(`${path} of ${label} is not in its ${INDEX_PATH}: it is ignored, and removed.`);
  const updated = index?.updated;
  const records = recordsOf(files, whole.keys(), { label, updated });
  const isOpen = snapshot.isOpenToAll === true && files.size > 0;
  const shown = [...someLines(notes, MOST_NOTES, { what: "such file" }), ...(isOpen ? [openNote(label)] : [])];
  const sbom = sbomsOf(snapshot, whole);
  return { snapshot, records, whole, notes: shown, isPartial, updated, run: index?.run, sbom };
}

function recordsOf(
  files: StateSnapshot["files"],
  whole: Iterable<string>,
  { label, updated = "" }: Pick<LoadedState, "updated"> & { readonly label: string },
): ReadonlyMap<string, ImageRecord> {
  const records = new Map<string, ImageRecord>();
  for (const path of whole) {
    const content = files.get(path);
    if (content === undefined || !isImagePath(path)) continue;
    const record = readStored(content, imageSchema, path, label);
    if (imagePath(record.image) !== path) throw damaged(label, `${path} is about another image`);
    if (lastTimeOf(record) > updated) throw damaged(label, `${path} tells of a time after its last run`);
    records.set(record.image, record);
  }
  return records;
}

function sbomsOf({ files, isOpenToAll }: StateSnapshot, whole: ReadonlyMap<string, string>): LoadedState["sbom"] {
  if (isOpenToAll === true) return () => undefined;
  return (digest) => {
    const path = sbomPath(digest);
    return path !== undefined && whole.has(path) ? files.get(path) : undefined;
  };
}

/** Undefined if there is no state yet. */
function indexOf(files: StateSnapshot["files"], label: string): StateIndex | undefined {
  const content = files.get(INDEX_PATH);
  if (content !== undefined) return readStored(content, indexSchema, INDEX_PATH, label);
  if ([...files.keys()].some(isStatePath)) throw damaged(label, `it has files, but no ${INDEX_PATH}`);
  return undefined;
}

function openNote(label: string): string {
  return `Every account on this machine can write ${label}: the SBOMs in it are not used, and the images are read instead. Take the right to write from others (chmod -R o-w), also for the folders above it.`;
}

function brokenNote(path: string, content: Buffer | undefined, label: string): string {
  const happened = content === undefined ? "is missing" : "was changed outside of Image Gate";
  if (!isImagePath(path)) return `${path} of ${label} ${happened}: it is not used, and made again.`;
  return `${path} of ${label} ${happened}: the history of its image begins again with this scan.`;
}

/** The history as a run found it. */
export interface LoadedState {
  readonly snapshot: StateSnapshot;
  /** By image name. */
  readonly records: ReadonlyMap<string, ImageRecord>;
  /** The time of the last run that wrote it. Absent: no run did. */
  readonly updated?: Instant | undefined;
  /** The newest run that wrote it, if it had a number. */
  readonly run?: ServerRun | undefined;
  /** SHA-256 of each file that is as the index says, by its path. */
  readonly whole: ReadonlyMap<string, string>;
  /** Notes for the reader, as sentences: a file was edited, so its history begins again. */
  readonly notes: readonly string[];
  /** The history of an image was edited or lost, and begins again. */
  readonly isPartial?: boolean | undefined;
  /** It is damaged, of a newer version, or could not be read. Then there are no records, and it is not written over. */
  readonly problem?: GateError | undefined;
  /** The stored SBOM of a digest, packed by gzip. Undefined if there is none whose SHA-256 is as the index says. */
  sbom(digest: string): Buffer | undefined;
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isoSeconds } from "../domain/dates.ts";
import { timeLimit } from "../system/background.ts";
import { cancelled, GateError, tryOr } from "../system/errors.ts";
import { readSmallText, replaceWhole, statusOf } from "../system/given-files.ts";
import { type SharedCache, unusableEntry } from "../system/shared-cache.ts";
import { whileLocked } from "../system/store/lock.ts";
import { removedAtEnd } from "../system/store/private-file.ts";
import { clearLeftovers, freshFolder, storedFolder, swapIn } from "../system/store/store.ts";
import { hashedBeside } from "../system/store/thread-hash.ts";
import type { World } from "../system/world.ts";

// Data that is fetched once and kept: the store of this machine, then the shared cache, then its sources in turn, then
// the old copy.

/** Name of the file alongside kept files that contains their hashes and their source. */
const NOTE_FILE = "image-gate.json";
/** A note has 500 bytes. Anyone who can write to the repository's cache can make it any size. */
const MAX_NOTE = 64 * 1024;

const noteSchema = z.object({
  version: z.literal(1),
  /** The {@link Source.name} from which it was fetched. */
  from: z.string().max(2000),
  /** When the source last confirmed that this is its newest data. */
  checkedAt: z.iso.datetime().default("1970-01-01T00:00:00.000Z"),
  /** SHA-256 in lower-case hexadecimal, keyed by file name. */
  files: z.record(z.string(), z.string()),
  /** The source's own mark, with which it can tell whether it has something newer. */
  mark: z.record(z.string(), z.string()).default({}),
});

export type Note = Readonly<Omit<z.infer<typeof noteSchema>, "version">>;

/** A place that offers the data. */
export interface Source {
  /** Copies from a source with another name are not used. */
  readonly name: string;
  /** Its name in messages, if different. */
  readonly shown?: string | undefined;
}

/** The reason why a place gave no usable copy. */
export interface Fault {
  readonly place: string;
  /**
   * `missing`, `foreign` (from another source), `replaced` (bytes differ from the kept ones), `timeout`, `disk-full`,
   * or a reason of the data set. Only `stale` is normal for a copy in the shared cache.
   */
  readonly reason: string;
  /** The end of a sentence that starts with the place. */
  readonly why: string;
}

/** A copy that may be used. */
export interface Usable<T> {
  readonly value: T;
  /** The date in the shared cache's key. */
  readonly dated: Date;
  /** The sources must be asked for a newer copy first. */
  readonly isDue: boolean;
}

/** Limits of a question to a source. */
export interface Asking {
  /** Ends the request. */
  readonly signal: AbortSignal;
  /** A source that sends nothing for this long, in milliseconds, may be given up. */
  readonly silenceMs: number;
  /** The note of the usable copy, if there is one. */
  readonly former?: Note | undefined;
}

/** One kind of data that is kept. */
export interface DataSet<T, S extends Source = Source> {
  /** Its name in the store; it must be a valid file name. */
  readonly name: string;
  /** Its name in the middle of a sentence: `the vulnerability database`. */
  readonly called: string;
  /** The first one is the data itself. */
  readonly files: readonly string[];
  readonly cachePrefix: string;
  /** Tried in order. Undefined: no source may be asked, so any copy on this machine will do. */
  readonly sources: readonly S[] | undefined;
  /** True if files with the right hashes may be used. Does not throw. */
  check(folder: string, note: Note): Promise<Usable<T> | Omit<Fault, "place">>;
  /**
   * Fetches the files into an empty folder.
   * @returns the mark of the fetched data; `unchanged`: the usable copy is still the source's newest
   * @throws GateError that ends the run, or anything else that {@link faultOf} explains
   */
  fetch(source: S, into: string, asking: Asking): Promise<Note["mark"] | "unchanged">;
  faultOf(thrown: unknown): Omit<Fault, "place">;
  /** The error if no place gave a usable copy. @param untried the number of sources for which no time was left */
  error(faults: readonly Fault[], untried: number): GateError;
  /** The error if no source may be asked, and there is no usable copy. */
  offline(): GateError;
}

export interface KeptRequest {
  /** Folder from `databaseStore`. It outlives the run if the machine does. */
  readonly store: string;
  /** Used if the store has nothing. */
  readonly cache?: SharedCache | undefined;
  /** For all sources together, in milliseconds. */
  readonly timeout: number;
}

/** A copy in the store. */
export interface Kept<T> {
  readonly value: T;
  /** Absolute path of the folder with its files. */
  readonly folder: string;
  /** Has the hashes of this run's files. */
  readonly note: Note;
  /** The reason why it could not be refreshed, although it is due. */
  readonly notRefreshed?: GateError | undefined;
}

type Copy<T> = Kept<T> & Usable<T>;

/**
 * Provides a usable copy. A stored one that is not due is used without any request. Otherwise tries the shared cache,
 * then the sources, each with a share of the time. If all fail, uses the stored one, and logs the reason.
 * @throws GateError of the data set, `run-cancelled`
 */
export async function kept<T, S extends Source>(
  set: DataSet<T, S>,
  request: KeptRequest,
  world: World,
): Promise<Kept<T>> {
  const { store, timeout } = request;
  const end = performance.now() + timeout;
  const before = storedFolder(store, set.name);
  const first = await look(set, before, STORE);
  const current = copyOf(first);
  if (current?.isDue === false) return logUse(current, set, world);
  const lock = { folder: store, name: set.name, doing: `downloading ${set.called}`, waitMs: timeout / 2 };
  return whileLocked(lock, world, async () => {
    const now = storedFolder(store, set.name);
    const stored = now === before ? first : await look(set, now, STORE);
    if (stored !== undefined && "why" in stored)
      world.log[levelOf(stored.reason)](`${start(set)}: the stored one is not used: ${stored.why}.`);
    // Another run on this machine has fetched it meanwhile.
    else if (stored?.isDue === false) return logUse(stored, set, world);
    return refresh(set, { ...request, stored, end }, world);
  });
}

/** Logs that a copy on this machine is used. */
function logUse<T, S extends Source>(copy: Copy<T>, set: DataSet<T, S>, { log }: World): Copy<T> {
  const { from, checkedAt } = copy.note;
  const shown = set.sources?.find(({ name }) => name === from)?.shown ?? from;
  log.info(
    `${start(set)}: the copy from ${shown.slice(0, 200)}, kept on this machine (${isoSeconds(new Date(checkedAt))}).`,
  );
  return copy;
}

/** Logs that an old copy is used. */
export function logOldCopy(
  set: Pick<DataSet<unknown>, "called">,
  dated: Date,
  error: GateError,
  log: World["log"],
): void {
  const words = `${start(set)} of ${dated.toISOString()} is used`;
  if (error.code.endsWith("-offline")) log.info(`${words}: \`offline\` names no source to refresh it from.`);
  else log.warning(`${words}, as it could not be refreshed. ${error.message}`);
}

const start = ({ called }: Pick<DataSet<unknown>, "called">) => called.slice(0, 1).toUpperCase() + called.slice(1);
const levelOf = (reason: string) => (reason === "replaced" ? "warning" : "info");

/** Undefined: the place has nothing. */
type Found<T> = Copy<T> | Fault | undefined;

const STORE = "this machine's store";

/**
 * A copy, checked against the hashes of its note. This finds damage, and changes by anyone who did not also change the
 * note.
 */
async function look<T, S extends Source>(
  set: DataSet<T, S>,
  folder: string | undefined,
  place: string,
): Promise<Found<T>> {
  if (folder === undefined) return undefined;
  const fault = (reason: string, why: string): Fault => ({ place, reason, why });
  const [main = ""] = set.files;
  if (statusOf(join(folder, main))?.isFile() !== true) return fault("missing", `its ${main} is missing`);
  const note = readNote(folder);
  if (note === undefined) return fault("replaced", `it has no usable ${NOTE_FILE}, which holds its SHA-256`);
  if (set.sources?.every(({ name }) => name !== note.from))
    return fault("foreign", `it came from ${JSON.stringify(note.from.slice(0, 200))}, which this run does not ask`);
  const files = await hashesOf(folder, set.files);
  const wrong = set.files.find((file) => files[file] === undefined || files[file] !== note.files[file]);
  if (wrong !== undefined) return fault("replaced", `the SHA-256 of its ${wrong} is wrong`);
  const checked = await set.check(folder, note);
  return "why" in checked ? { place, ...checked } : { ...checked, folder, note: { ...note, files } };
}

async function hashesOf(folder: string, files: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const file of files) {
    const sha256 = await hashedBeside({ path: join(folder, file) }).catch(() => undefined);
    if (sha256 !== undefined) hashes[file] = sha256;
  }
  return hashes;
}

/** The note in a folder. Undefined: there is no valid one. */
export function readNote(folder: string): Note | undefined {
  return tryOr(
    () => noteSchema.safeParse(JSON.parse(readSmallText(join(folder, NOTE_FILE), MAX_NOTE)), { jitless: true }).data,
    undefined,
  );
}

function copyOf<T>(found: Found<T>): Copy<T> | undefined {
  return found !== undefined && "why" in found ? undefined : found;
}

/** @param end of the time, by the clock of `performance.now()` */
async function refresh<T, S extends Source>(
  set: DataSet<T, S>,
  request: KeptRequest & { readonly stored: Found<T>; readonly end: number },
  world: World,
): Promise<Kept<T>> {
  const { cache, end } = request;
  const stored = copyOf(request.stored);
  const cached = stored === undefined ? await fromCache(set, request, world) : undefined;
  const usable = stored ?? copyOf(cached);
  if (usable?.isDue === false) return usable;
  const unrefreshed = (error: GateError): Kept<T> => {
    if (usable === undefined) throw error;
    return { ...logUse(usable, set, world), notRefreshed: error };
  };
  const faults = [request.stored, cached].flatMap((each) =>
    each !== undefined && "why" in each && each.reason === "replaced" ? [each] : [],
  );
  if (set.sources === undefined)
    return unrefreshed(usable === undefined && faults.length > 0 ? set.error(faults, 0) : set.offline());
  clearLeftovers(request.store);
  for (const at of set.sources.keys()) {
    const left = end - performance.now();
    const waiting = set.sources.slice(at) as [S, ...S[]];
    if (left <= 0) return unrefreshed(set.error(faults, waiting.length));
    const found = await ask(set, waiting, { left, usable, store: request.store }, world);
    if ("why" in found) faults.push(found);
    else {
      // No other copy is needed if the machine keeps its own, or if this one came from the cache.
      const entry = entryOf(set, found);
      if (stored === undefined && (usable === undefined || entryOf(set, usable).key !== entry.key))
        cache?.save(entry, found.folder);
      return found;
    }
  }
  return unrefreshed(set.error(faults, 0));
}

/** Puts the newest copy of the shared cache into the store. */
async function fromCache<T, S extends Source>(
  set: DataSet<T, S>,
  { cache, store }: KeptRequest,
  world: World,
): Promise<Found<T>> {
  if (cache === undefined) return undefined;
  const folder = freshFolder(store);
  using _ = removedAtEnd(folder);
  const key = await cache.restore({ key: set.cachePrefix, files: [...set.files, NOTE_FILE] }, folder);
  if (key === undefined) return undefined;
  const found = await look(set, folder, "the shared cache");
  if (found === undefined) return undefined;
  if (!("why" in found) && entryOf(set, found).key === key)
    return { ...found, folder: swapIn(store, set.name, folder) };
  const fault =
    "why" in found
      ? found
      : { place: "the shared cache", reason: "misnamed", why: `it is of ${isoSeconds(found.dated)}` };
  // A workflow that rarely runs has an old copy in the cache. That is normal, so it is not a warning.
  if (["stale", "foreign"].includes(fault.reason)) world.log.info(`Cache: ${key} is not used: ${fault.why}.`);
  else world.log.warning(unusableEntry(key, fault.why).message);
  return fault;
}

function entryOf<T, S extends Source>({ cachePrefix, files }: DataSet<T, S>, { dated }: Usable<T>) {
  // The key contains a time, so that the prefix finds the newest entry, and unchanged data are not saved again.
  const time = dated.toISOString().replace(/[-:]|\.\d+Z$/g, "");
  return { key: `${cachePrefix}${time}`, files: [...files, NOTE_FILE] };
}

/**
 * Asks one source. A source that sends may use up to half of the remaining time: a slow download that would finish is
 * better than the next source, which may be slow, too. A silent one gets an equal share. The `left` milliseconds are
 * for this source and the others.
 */
async function ask<T, S extends Source>(
  set: DataSet<T, S>,
  [source, ...others]: readonly [S, ...S[]],
  { left, usable, store }: { readonly left: number; readonly usable: Copy<T> | undefined; readonly store: string },
  world: World,
): Promise<Copy<T> | Fault> {
  const began = performance.now();
  const place = source.shown ?? source.name;
  const fresh = freshFolder(store);
  using _ = removedAtEnd(fresh);
  const clock = timeLimit(others.length === 0 ? left : left / 2);
  const signal = AbortSignal.any([world.signal, clock]);
  const asking = { signal, silenceMs: left / (others.length + 1), former: usable?.note };
  const fetched = async (): Promise<Copy<T> | Omit<Fault, "place">> => {
    const into = join(fresh, "kept");
    mkdirSync(into, { mode: 0o700 });
    const mark = await set.fetch(source, into, asking);
    const { folder, note: former } =
      mark === "unchanged"
        ? (usable as Copy<T>)
        : { folder: into, note: { from: source.name, files: await hashesOf(into, set.files), mark } };
    const note = { ...former, checkedAt: world.now().toISOString() };
    replaceWhole(join(folder, NOTE_FILE), [`${JSON.stringify({ version: 1, ...note })}\n`], { mode: 0o600 });
    const checked = await set.check(folder, note);
    return "why" in checked ? checked : { ...checked, folder, note };
  };
  let found: Copy<T> | Omit<Fault, "place">;
  try {
    found = await fetched();
  } catch (thrown) {
    if (world.signal.aborted) throw cancelled();
    if (thrown instanceof GateError && !clock.aborted) throw thrown;
    const { code = "" } = thrown as NodeJS.ErrnoException;
    if (clock.aborted) found = { reason: "timeout", why: "it did not answer in time" };
    // EFBIG: the limit of the user's files.
    else if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) found = { reason: "disk-full", why: "the disk is full" };
    else found = set.faultOf(thrown);
  }
  const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
  if ("why" in found) {
    world.log[levelOf(found.reason)](`${start(set)}, ${place}: ${found.why} (${took}).`);
    return { place, ...found };
  }
  if (found.folder === usable?.folder) return found;
  const folder = swapIn(store, set.name, found.folder);
  world.log.info(`${start(set)}, ${place}: downloaded in ${took}, of ${found.dated.toISOString()}.`);
  return { ...found, folder };
}

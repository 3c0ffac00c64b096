import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ScanSession } from "../scanners/scanner.ts";

/** What scans may use of a machine, within the limits of this process. */
export interface Machine {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
}

export function thisMachine(): Machine {
  return { cores: availableParallelism(), memory: process.availableMemory() };
}

/** Bytes reserved for each scanning process. One with 50,000 findings takes 0.9 to 1.3 GB. */
const MEMORY_EACH = 1.5e9;
/** More workers would burden a registry rather than save time. */
const MOST_WORKERS = 8;
/** Limit for scans that fail one after another before the first success. */
const PATIENCE_MS = 10_000;
/** How long the others wait for the first scan: enough to pull a large image, but not endless if a registry hangs. */
const LEAD_MS = 60_000;

/** How many scans run at once: each needs a core and memory; at least one. */
export function workersOn({ cores, memory }: Machine, scans: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_EACH), scans, MOST_WORKERS));
}

/** One of those that scan at the same time. */
export interface Worker {
  /** Its own. */
  readonly session: ScanSession;
  /** Aborted as soon as other workers scan at the same time. */
  readonly joined: AbortSignal;
  /** Bytes that it may use. */
  readonly memory: number;
}

export interface Work<T> {
  readonly items: readonly T[];
  readonly machine: Machine;
  /** Absolute path of the folder for the workers' caches. */
  readonly folder: string;
  /** Makes the first worker's scan session, and the others' scan sessions if there is no cache to copy. */
  session(folder: string): ScanSession;
  /** How long the first scan may keep the others waiting, in milliseconds. */
  readonly leadMs?: number;
  /** Returns whether there was a scan. If it throws, no further scan begins, and running ones are awaited. */
  scan(item: T, worker: Worker): Promise<boolean>;
}

/**
 * Scans all items, as many at once as the machine allows. The first successful scan runs alone. Then the scanner's
 * layer cache is copied for each worker, so that a shared base is read only once (docs/performance.md says what that
 * saves). Each target is still judged alone. Scans that fail before do not count. If they or the first scan take long,
 * the others start without a copy.
 */
export async function scanAll<T>(work: Work<T>): Promise<void> {
  const { machine, folder, scan, session, leadMs = LEAD_MS } = work;
  const waiting = [...work.items];
  const company = new AbortController();
  const cacheFolder = join(folder, "cache");
  const first = { session: session(cacheFolder), joined: company.signal, memory: machine.memory };
  const began = performance.now();
  let hasLead = false;
  /** A scan that takes too long for the others to wait for it. */
  let late: Promise<boolean> | undefined;
  while (!hasLead && late === undefined && waiting.length > 0) {
    if (workersOn(machine, waiting.length) > 1 && performance.now() - began > PATIENCE_MS) break;
    const scanning = scan(waiting.shift() as T, first);
    const ended = workersOn(machine, waiting.length + 1) > 1 ? await within(leadMs, scanning) : await scanning;
    if (ended === undefined) late = scanning;
    hasLead = ended ?? false;
  }
  const count = workersOn(machine, waiting.length + (late === undefined ? 0 : 1));
  if (count > 1) company.abort();
  const share = { joined: company.signal, memory: machine.memory / count };
  // Made before any worker begins, since a cache in use cannot be copied.
  const others = Array.from({ length: count - 1 }, (_, index) => {
    const own = `${cacheFolder}-${index + 2}`;
    return hasLead ? first.session.fork(own) : session(own);
  });
  const workers = [first.session, ...others].map((own, index) =>
    each({ ...share, session: own }, waiting, scan, index === 0 ? late : undefined),
  );
  // All workers must end before the step does.
  const failed = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** The result of the work; undefined if it takes longer. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const timer = sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, timer]);
  } finally {
    stop.abort();
  }
}

/** @param before what this worker has to end first */
async function each<T>(
  worker: Worker,
  waiting: T[],
  scan: Work<T>["scan"],
  before: Promise<unknown> | undefined,
): Promise<void> {
  try {
    await before;
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await scan(item, worker);
  } catch (thrown) {
    waiting.length = 0;
    throw thrown;
  }
}

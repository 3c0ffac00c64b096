import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lane } from "../scanners/scanner.ts";

/** What scans may use of a machine, as far as this process may. */
export interface Machine {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
}

export function thisMachine(): Machine {
  return { cores: availableParallelism(), memory: process.availableMemory() };
}

/** Bytes that a scanning process is counted with: one that finds 50,000 things takes 0.9 to 1.3 GB. */
const MEMORY_EACH = 1.5e9;
/** More at once would press a registry rather than save time. */
const MOST_WORKERS = 8;
/** Scans that fail one after another before there is a lead may take so long together. */
const PATIENCE_MS = 10_000;
/** So long the first scan may keep all others waiting: a large image is pulled by then, a registry that hangs is not. */
const LEAD_MS = 60_000;

/** How many scans go on at once: a core and memory for each; at least one. */
export function workersOn({ cores, memory }: Machine, scans: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_EACH), scans, MOST_WORKERS));
}

/** One of those that scan at the same time. */
export interface Worker {
  /** Its own. */
  readonly lane: Lane;
  /** Aborted from the moment when others scan meanwhile. */
  readonly joined: AbortSignal;
  /** Bytes that it may use. */
  readonly memory: number;
}

export interface Work<T> {
  readonly items: readonly T[];
  readonly machine: Machine;
  /** Where the workers' cache folders are made. Absolute. */
  readonly folder: string;
  /** Makes the first worker's lane, and those of the others if there is nothing to begin with. */
  lane(folder: string): Lane;
  /** How long the first scan may keep the others waiting, in milliseconds. */
  readonly leadMs?: number;
  /** Says whether there was a scan. What it throws ends all: no further scan is begun, and those that go on are waited for. */
  scan(item: T, worker: Worker): Promise<boolean>;
}

/**
 * Scans everything, as much at once as the machine allows. The first scan that succeeds is alone, and what the scanner
 * remembers of its layers is copied for each worker, so that a base which all share is read once; docs/performance.md has what that
 * saves. Each target is still judged alone. One that fails first does not count; where that or the first scan takes long, the rest goes without.
 */
export async function scanAll<T>(work: Work<T>): Promise<void> {
  const { machine, folder, scan, lane, leadMs = LEAD_MS } = work;
  const waiting = [...work.items];
  const company = new AbortController();
  const cacheFolder = join(folder, "cache");
  const first = { lane: lane(cacheFolder), joined: company.signal, memory: machine.memory };
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
  // Made before any worker begins: a cache in use cannot be copied.
  const others = Array.from({ length: count - 1 }, (_, index) => {
    const own = `${cacheFolder}-${index + 2}`;
    return hasLead ? first.lane.fork(own) : lane(own);
  });
  const workers = [first.lane, ...others].map((own, index) =>
    each({ ...share, lane: own }, waiting, scan, index === 0 ? late : undefined),
  );
  // Nothing may run on when the step has ended.
  const failed = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** What comes of it; undefined where nothing has by then. */
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

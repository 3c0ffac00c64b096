import { availableParallelism } from "node:os";
import { join } from "node:path";
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

/** How many scans run at once: each needs a core and memory; at least one. */
export function workersOn({ cores, memory }: Machine, scans: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_EACH), scans, MOST_WORKERS));
}

/** One of those that scan at the same time. */
export interface Worker {
  /** Its own. */
  readonly session: ScanSession;
  /** No other worker scans at the same time. */
  readonly isAlone: boolean;
  /** Bytes that it may use. */
  readonly memory: number;
}

export interface Work<T> {
  readonly items: readonly T[];
  readonly machine: Machine;
  /** Absolute path of the folder for the workers' caches. */
  readonly folder: string;
  /** Makes a worker's scan session. */
  session(folder: string): ScanSession;
  /** If it throws, no further scan begins, and running ones are awaited. */
  scan(item: T, worker: Worker): Promise<void>;
}

/** Scans all items, as many at once as the machine allows. */
export async function scanAll<T>({ items, machine, folder, session, scan }: Work<T>): Promise<void> {
  const waiting = [...items];
  const count = workersOn(machine, items.length);
  const share = { isAlone: count === 1, memory: machine.memory / count };
  const each = async (index: number): Promise<void> => {
    const worker = { ...share, session: session(join(folder, `cache-${index + 1}`)) };
    try {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await scan(item, worker);
    } catch (thrown) {
      waiting.length = 0;
      throw thrown;
    }
  };
  // All workers must end before the step does.
  const ended = await Promise.allSettled(Array.from({ length: count }, (_, index) => each(index)));
  const failed = ended.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Scanner, ScanSession } from "../scanners/scanner.ts";
import type { Log, World } from "../system/world.ts";

/** The share of a machine that scans may use, within the limits of this process. */
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

/** The number of scans that run at once: each needs a core and memory; at least one. */
export function workersOn({ cores, memory }: Machine, scans: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_EACH), scans, MOST_WORKERS));
}

/** One of the workers that scan at the same time. */
export interface Worker {
  /** The worker's own session. */
  readonly session: ScanSession;
  /** Bytes that it may use. */
  readonly memory: number;
}

/**
 * Scans units, as many at once as the machine allows. The log of each stays together. If a scan throws, no further one
 * begins, and running ones are awaited.
 */
export async function scanEach<Unit, Answer>(
  units: readonly Unit[],
  { scanner, machine }: { readonly scanner: Pick<Scanner, "session">; readonly machine: Machine },
  scan: (unit: Unit, worker: Worker, world: World) => Promise<Answer>,
  world: World,
): Promise<ReadonlyMap<Unit, Answer>> {
  const found = new Map<Unit, Answer>();
  const waiting = [...units];
  const count = workersOn(machine, units.length);
  const work = async (index: number): Promise<void> => {
    const session = scanner.session(join(world.runFolder, "cache", String(index)));
    const worker = { session, memory: machine.memory / count };
    try {
      for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
        const one = unit;
        const scanned = withHeldLog(world.log, count === 1, (log) => scan(one, worker, { ...world, log }));
        found.set(one, await scanned);
      }
    } catch (thrown) {
      waiting.length = 0;
      throw thrown;
    }
  };
  // All workers must end before the step does.
  const ended = await Promise.allSettled(Array.from({ length: count }, (_, index) => work(index)));
  const failed = ended.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return found;
}

const HELD = ["info", "debug", "startGroup", "endGroup", "notice", "warning", "error", "annotate"] as const;

/**
 * Runs work, and holds back its log until the end if other work runs at the same time. Otherwise lines and groups would
 * mix, and a runner's groups do not nest. Secrets are masked, and progress is shown, at once.
 */
export async function withHeldLog<T>(log: Log, isAlone: boolean, work: (held: Log) => Promise<T>): Promise<T> {
  if (isAlone) return work(log);
  const kept: (() => void)[] = [];
  const hold = (name: (typeof HELD)[number]) => {
    const write = log[name] as (...args: unknown[]) => void;
    return [name, (...args: unknown[]) => void kept.push(() => write(...args))] as const;
  };
  try {
    return await work({ ...log, ...(Object.fromEntries(HELD.map(hold)) as Pick<Log, (typeof HELD)[number]>) });
  } finally {
    for (const write of kept) write();
  }
}

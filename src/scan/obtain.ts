import type { EndedScan, ScanResult } from "../domain/target.ts";
import type { TargetError } from "../domain/verdict.ts";
import type { IncompatibleSbom, Scanner } from "../scanners/scanner.ts";
import { asGateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { withHeldLog } from "./held-log.ts";
import { type Machine, scanAll, type Worker } from "./workers.ts";

// How targets and running images get their answers: each unit is asked about once, by one way after the other.

/** What became of a unit. */
export type Outcome = { readonly scan: ScanResult } | { readonly error: TargetError };

/** What a way has learnt of a unit. Without an outcome it stays open for the ways after it. */
export interface Learnt<Answer extends Outcome = Outcome> {
  readonly outcome?: Answer | undefined;
  /** Why its stored SBOM was not used. */
  readonly incompatible?: IncompatibleSbom | undefined;
  /** A new SBOM of it, packed. */
  readonly sbom?: Buffer | undefined;
}

/** What a way returns. A unit that is not in it was none of its. */
export type Found<Unit, Answer extends Outcome = Outcome> = Promise<ReadonlyMap<Unit, Learnt<Answer>>>;

/**
 * A way to an answer, such as a stored SBOM, a report or a scan. It gets what is still open, and what was learnt so
 * far.
 */
export type Way<Unit, Answer extends Outcome = Outcome> = (
  open: readonly Unit[],
  learnt: ReadonlyMap<Unit, Learnt<Answer>>,
) => Found<Unit, Answer>;

/** Asks one way after the other about the units that are still open. */
export async function obtain<Unit, Answer extends Outcome>(
  units: readonly Unit[],
  ways: readonly Way<Unit, Answer>[],
): Found<Unit, Answer> {
  let learnt: ReadonlyMap<Unit, Learnt<Answer>> = new Map();
  for (const way of ways) {
    const open = units.filter((unit) => learnt.get(unit)?.outcome === undefined);
    if (open.length === 0) break;
    learnt = new Map([...learnt, ...(await way(open, learnt))]);
  }
  return learnt;
}

/**
 * What became of a unit. One that was not scanned must never count as one without findings.
 * @throws TypeError if no scanner was asked
 */
export function outcomeOf<Unit, Answer extends Outcome>(unit: Unit, learnt: ReadonlyMap<Unit, Learnt<Answer>>): Answer {
  const outcome = learnt.get(unit)?.outcome;
  if (outcome === undefined) throw new TypeError("a scan needs a scanner");
  return outcome;
}

/** The outcome of work: its failure is an error of the unit alone, unless the run was cancelled. */
export async function settled<Answer extends Outcome>(
  act: () => Promise<Answer>,
  { signal }: Pick<World, "signal">,
): Promise<Answer | { readonly error: TargetError }> {
  try {
    return await act();
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { error: errorOf(thrown) };
  }
}

/** A failure as a report of it has it. */
export function errorOf(thrown: unknown): TargetError {
  const { code, what, remedy } = asGateError(thrown);
  return { code, what, remedy };
}

/** Scans units, as many at a time as the machine allows. The log of each stays together. */
export async function scanEach<Unit, Answer extends Outcome>(
  units: readonly Unit[],
  { scanner, machine }: { readonly scanner: Scanner; readonly machine: Machine },
  scan: (unit: Unit, worker: Worker, world: World) => Promise<Learnt<Answer>>,
  world: World,
): Found<Unit, Answer> {
  const found = new Map<Unit, Learnt<Answer>>();
  const one = async (unit: Unit, worker: Worker) => {
    const work = (log: World["log"]) => scan(unit, worker, { ...world, log });
    found.set(unit, await (worker.isAlone ? work(world.log) : withHeldLog(world.log, work)));
  };
  await scanAll({ items: units, machine, folder: world.runFolder, session: scanner.session, scan: one });
  return found;
}

interface Ended {
  readonly label: string;
  readonly outcome: Outcome;
  /** By the clock of `performance`. */
  readonly began: number;
}

/**
 * Logs the end of each scan if there are several.
 * @param log shows from the beginning how many have ended
 */
export function sayEnds(
  of: number,
  progress: (ended: EndedScan) => string,
  { advance }: World["log"],
): (ended: Ended, log: World["log"]) => void {
  let count = 0;
  const show = (): void => advance?.({ what: "scans", unit: "targets", done: count, of });
  if (of > 1) show();
  return ({ label, outcome, began }, log) => {
    if (of < 2) return;
    const result = "scan" in outcome ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
    log.info(progress({ count: ++count, of, label, result, milliseconds: performance.now() - began }));
    show();
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { ScanOutcome } from "../domain/judge/judge.ts";
import {
  type EndedScan,
  GIVEN_REPORT,
  GIVEN_REPORT_NAME,
  type LocatedTarget,
  type ScanResult,
  type Target,
} from "../domain/target.ts";
import type { VersionQuestion } from "../domain/upgrade/proof/version-question.ts";
import type { ReportReader, Scanner, ScannerReport } from "../scanners/scanner.ts";
import { asGateError, cancelled, GateError } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import type { Log, World } from "../system/world.ts";
import { givenDocument, readerOf, requireMatch } from "./given-reports.ts";
import type { Rescan, Scans } from "./scans.ts";
import { locateTarget, requireName } from "./targets.ts";
import { type Machine, scanAll, thisMachine, type Worker } from "./workers.ts";

/** What scanning needs. */
export interface Scanning {
  /** Undefined if there is nothing to scan; an error if there is no usable scanner. */
  readonly scanner: Scanner | GateError | undefined;
  /** Who reads given reports. */
  readonly reports: readonly [ReportReader, ...ReportReader[]];
  /** Whether to include the advisories' descriptions. */
  readonly descriptions?: boolean;
  /** Called with each target's report as soon as it is read; must not throw. */
  readonly onReport?: ((target: Target, report: ScannerReport) => void) | undefined;
  /** The log line that says that one of several scans has ended. */
  readonly progress: (ended: EndedScan) => string;
  readonly machine?: Machine;
}

/**
 * Scans each target once, as many at a time as the machine allows; an existing report is read instead. A failure of one
 * target is only that target's error. Results are in the order of the targets; the log follows the order in which they end.
 * @throws GateError `run-cancelled`
 */
export async function scanTargets(targets: readonly Target[], scanning: Scanning, world: World): Promise<Scans> {
  const { scanner, machine = thisMachine() } = scanning;
  const run = collect(targets, scanning, world);
  for (const target of targets.filter(isReport)) {
    await run.settle(target, world, async () => readGivenReport(target, scanning, world));
    // Reading blocks this process, so it pauses to let a cancellation through.
    await turn();
    if (world.signal.aborted) throw cancelled();
  }
  const items = targets.filter((target) => !isReport(target));
  if (scanner instanceof GateError) {
    for (const target of items) await run.settle(target, world, () => Promise.reject(scanner));
    return run.collected();
  }
  if (scanner === undefined) return run.collected();
  const scan = (target: Target, { lane, memory, joined }: Worker) =>
    withHeldLog(world.log, joined, (log) =>
      run.settle(target, { log }, () => {
        const options = { reportFile: run.reportFile(target), memory, onReport: showing(target, scanning) };
        return lane.scan(target, locateTarget(target, world), options, { ...world, log });
      }),
    );
  await scanAll({ items, machine, folder: world.runFolder, lane: scanner.lane, scan }).catch(run.abandon);
  const { databaseUpdatedAt, checkVersions } = scanner;
  const check = checkVersions && ((questions: readonly VersionQuestion[]) => checkVersions(questions, world));
  return { ...run.collected(), databaseUpdatedAt, rescan: rescanWith(scanner, world), checkVersions: check };
}

/**
 * Reads a report that is judged instead of a scan.
 * @throws GateError `image-name-invalid`, `file-…`, `report-…`
 */
export function readGivenReport(
  target: Target,
  { reports, descriptions, ...scanning }: Pick<Scanning, "reports" | "descriptions" | "onReport">,
  world: Pick<World, "workspace" | "temp">,
): ScanResult {
  requireName(target, true);
  requireMatch(target);
  const document = givenDocument(readGivenFile({ what: GIVEN_REPORT_NAME, path: target.input }, world));
  const reader = readerOf(document.value, reports) ?? reports[0];
  return reader.given(document, target, { descriptions, onReport: showing(target, scanning) });
}

function showing(target: Target, { onReport }: Pick<Scanning, "onReport">) {
  return onReport && ((report: ScannerReport) => onReport(target, report));
}

function isReport({ kind }: Target): boolean {
  return kind === GIVEN_REPORT;
}

/** Collects the outcomes of the targets, in any order. */
function collect(targets: readonly Target[], { scanner, progress }: Scanning, { runFolder, signal }: World) {
  const name =
    scanner === undefined || scanner instanceof GateError ? "report" : `${scanner.name.toLowerCase()}-report`;
  const outcomes = new Map<Target, ScanOutcome>();
  const scans = targets.filter((target) => !isReport(target)).length;
  let ended = 0;
  const reportFile = (target: Target) =>
    join(runFolder, targets.length === 1 ? `${name}.json` : `${name}-${targets.indexOf(target) + 1}.json`);
  const settled = async (target: Target, act: () => Promise<ScanResult>): Promise<ScanOutcome> => {
    try {
      return { target, scan: await act() };
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const { code, what, remedy } = asGateError(thrown);
      return { target, error: { code, what, remedy } };
    }
  };
  return {
    reportFile,
    /** Returns whether there was a scan. If several are scanned, it also logs the end of this one. */
    async settle(target: Target, { log }: Pick<World, "log">, act: () => Promise<ScanResult>): Promise<boolean> {
      const began = performance.now();
      const outcome = await settled(target, act);
      outcomes.set(target, outcome);
      const isScanned = "scan" in outcome;
      if (scans === 1 || isReport(target)) return isScanned;
      const result = isScanned ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
      const milliseconds = performance.now() - began;
      log.info(progress({ count: ++ended, of: scans, label: target.label, result, milliseconds }));
      return isScanned;
    },
    /** Removes the reports of a failed run, since no output names them. */
    abandon(why: unknown): never {
      for (const target of targets) rmSync(reportFile(target), { force: true });
      throw why;
    },
    collected() {
      const inOrder = targets.map((target) => {
        const outcome = outcomes.get(target);
        // A target that was not scanned must never count as one without findings.
        if (outcome === undefined) throw new TypeError("a scan needs a scanner");
        return outcome;
      });
      // A given report has no report of the scanner.
      const scanned = inOrder.filter((outcome) => "scan" in outcome && !isReport(outcome.target));
      const reportFileOf = new Map(scanned.map(({ target }) => [target, reportFile(target)]));
      return { outcomes: inOrder, reportFiles: [...reportFileOf.values()], reportFileOf };
    },
  };
}

/** Scans one after the other, with its own cache: the targets' scans must not write what they are compared with. */
function rescanWith(scanner: Scanner, world: World): Rescan {
  const lane = scanner.lane(join(world.runFolder, "compared-cache"));
  return async (target, options = {}) => {
    const located = options.anonymous ? strangersImage(target) : locateTarget(target, world);
    const folder = mkdtempSync(join(world.runFolder, "rescan-"));
    try {
      return await lane.scan(target, located, { ...options, reportFile: join(folder, "report.json") }, world);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

function strangersImage({ input, platform }: Target): LocatedTarget {
  return { how: "reference", location: input, platform };
}

/**
 * Does work and, while other work runs beside it, holds its log until it has ended. Otherwise lines and groups would mix, and a
 * runner's groups do not nest. Secrets are masked at once.
 * @param joined aborted as soon as there is other work; until then everything is logged at once
 */
export async function withHeldLog<T>(log: Log, joined: AbortSignal, work: (held: Log) => Promise<T>): Promise<T> {
  const kept: (() => void)[] = [];
  const hold =
    <A extends readonly unknown[]>(write: (...args: A) => void) =>
    (...args: A): void => {
      if (joined.aborted) kept.push(() => write(...args));
      else write(...args);
    };
  let group: string | undefined;
  const leaveGroup = () => {
    if (group === undefined) return;
    const title = `${group} (continued)`;
    log.endGroup();
    kept.push(() => log.startGroup(title));
  };
  joined.addEventListener("abort", leaveGroup, { once: true });
  try {
    return await work({
      info: hold(log.info),
      debug: hold(log.debug),
      startGroup: hold((title) => {
        group = title;
        log.startGroup(title);
      }),
      endGroup: hold(() => {
        group = undefined;
        log.endGroup();
      }),
      notice: hold(log.notice),
      warning: hold(log.warning),
      error: hold(log.error),
      annotate: hold(log.annotate),
      annotationsLeft: log.annotationsLeft,
      mask: log.mask,
    });
  } finally {
    joined.removeEventListener("abort", leaveGroup);
    for (const write of kept) write();
  }
}

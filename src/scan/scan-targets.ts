import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Inputs } from "../actions/gate/inputs.ts";
import type { ScanOutcome } from "../domain/judge.ts";
import type { ScanResult, Target } from "../domain/target.ts";
import { registryReader } from "../images/registry/client.ts";
import { progressLine } from "../render/log/progress.ts";
import { showDescriptions } from "../reports/formats.ts";
import { type Database, prepareDatabase, prepareJavaDatabase } from "../scanners/trivy/database/database.ts";
import type { InstalledTrivy } from "../scanners/trivy/install/install.ts";
import type { ReportDocument } from "../scanners/trivy/report/document.ts";
import { readTrivyReport } from "../scanners/trivy/report/report.ts";
import { LayerCache } from "../scanners/trivy/scan/layer-cache.ts";
import { credentialsFor } from "../scanners/trivy/scan/registry-credentials.ts";
import { type ScanSettings, scanTarget } from "../scanners/trivy/scan/scan.ts";
import { asGateError, cancelled, GateError } from "../system/errors.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import { databaseStores } from "../system/store/store.ts";
import type { World } from "../system/world.ts";
import { withHeldLog } from "./buffered-log.ts";
import type { Rescan } from "./rescan.ts";
import type { Scans } from "./scans.ts";
import { type Machine, scanAll, thisMachine, type Worker } from "./workers.ts";

/**
 * Scans each target once, as many at a time as the machine allows; an existing report is read instead. What goes wrong with
 * one target is that target's error alone. Everything is told in the order of the targets, but for the log, where each says
 * when it has ended.
 * @param trivy absent where there is nothing to scan; an error where it cannot be had
 * @param cache where databases are kept between runs beside the tool cache
 * @param onReport is shown each target's report, as soon as it has been read; must not throw
 * @throws GateError `run-cancelled`; where all targets need what cannot be had, what that is: `trivy-…`, `database-…`.
 */
export async function scanTargets(
  targets: readonly Target[],
  trivy: InstalledTrivy | GateError | undefined,
  inputs: Inputs,
  cache: SharedCache | undefined,
  world: World,
  onReport?: (target: Target, document: ReportDocument) => void,
  machine: Machine = thisMachine(),
): Promise<Scans> {
  const prepared = trivy && (await prepareFor(targets, trivy, inputs, cache, world));
  const scanning = prepared instanceof GateError ? undefined : prepared;
  const run = collect(targets, world);
  const taking = (target: Target) => onReport && ((document: ReportDocument) => onReport(target, document));
  for (const target of targets.filter(isReport)) {
    const options = { descriptions: showDescriptions(inputs), onReport: taking(target) };
    await run.settle(target, world, async () => readTrivyReport(target, world, options));
    // Reading is work of this very process: a cancellation must get a word in.
    await turn();
    if (world.signal.aborted) throw cancelled();
  }
  const items = targets.filter((target) => !isReport(target));
  if (prepared instanceof GateError)
    for (const target of items) await run.settle(target, world, () => Promise.reject(prepared));
  if (scanning !== undefined) {
    const folder = world.runFolder;
    const scan = (target: Target, worker: Worker) => {
      const { layers, memory } = worker;
      return withHeldLog(world.log, worker.joined, (log) =>
        run.settle(target, { log }, () => {
          const own = { reportFile: run.reportFile(target), layers, memory, onReport: taking(target) };
          return scanning.scan(target, own, { ...world, log });
        }),
      );
    };
    await scanAll({ items, machine, folder, scan }).catch(run.giveUp);
  }
  return {
    ...run.collected(),
    trivyVersion: trivy instanceof GateError ? undefined : trivy?.version,
    databaseUpdatedAt: scanning?.database?.updatedAt.toISOString(),
    rescan: scanning && rescanWith(scanning, world),
  };
}

function isReport({ kind }: Target): boolean {
  return kind === "trivy-report";
}

/** What becomes of the targets, whichever ends first. */
function collect(targets: readonly Target[], { runFolder, signal }: World) {
  const outcomes = new Map<Target, ScanOutcome>();
  const scans = targets.filter((target) => !isReport(target)).length;
  let ended = 0;
  const reportFile = (target: Target) =>
    join(runFolder, targets.length === 1 ? "trivy-report.json" : `trivy-report-${targets.indexOf(target) + 1}.json`);
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
    /** Says whether there was a scan; to the log as well, where several are scanned. */
    async settle(target: Target, { log }: Pick<World, "log">, act: () => Promise<ScanResult>): Promise<boolean> {
      const began = performance.now();
      const outcome = await settled(target, act);
      outcomes.set(target, outcome);
      const isScanned = "scan" in outcome;
      if (scans === 1 || isReport(target)) return isScanned;
      const result = isScanned ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
      const milliseconds = performance.now() - began;
      log.info(progressLine({ count: ++ended, of: scans, label: target.label, result, milliseconds }));
      return isScanned;
    },
    /** No output names a report of a run that came to nothing. */
    giveUp(why: unknown): never {
      for (const target of targets) rmSync(reportFile(target), { force: true });
      throw why;
    },
    collected() {
      const inOrder = targets.map((target) => {
        const outcome = outcomes.get(target);
        // A target that nobody looked at must never pass for one without findings.
        if (outcome === undefined) throw new TypeError("a scan needs a scanner");
        return outcome;
      });
      // Of a report that was given there is no other.
      const scanned = inOrder.filter((outcome) => "scan" in outcome && !isReport(outcome.target));
      const trivyReports = new Map(scanned.map(({ target }) => [target, reportFile(target)]));
      return { outcomes: inOrder, trivyReportFiles: [...trivyReports.values()], trivyReports };
    },
  };
}

/** What every scan of this run shares. */
interface Scanning {
  readonly trivy: InstalledTrivy;
  /** Absent where no vulnerabilities are looked for. */
  readonly database: Database | undefined;
  scan(
    target: Target,
    own: Pick<ScanSettings, "reportFile" | "layers"> & Partial<ScanSettings>,
    world: World,
  ): Promise<ScanResult>;
}

/** One after the other, in a cache apart from that of the targets: these must not write what they are compared with. */
function rescanWith(scanning: Scanning, world: World): Rescan {
  const layers = new LayerCache(join(world.runFolder, "compared-cache"));
  return async (target, options = {}) => {
    const folder = mkdtempSync(join(world.runFolder, "rescan-"));
    try {
      return await scanning.scan(target, { ...options, layers, reportFile: join(folder, "report.json") }, world);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** What cannot be had is the error of the targets that need it. Where there are no others, it ends the run. */
async function prepareFor(
  targets: readonly Target[],
  trivy: InstalledTrivy | GateError,
  inputs: Inputs,
  cache: SharedCache | undefined,
  world: World,
): Promise<Scanning | GateError> {
  try {
    if (trivy instanceof GateError) throw trivy;
    return await prepare(trivy, inputs, cache, world);
  } catch (thrown) {
    if (world.signal.aborted || !targets.some(isReport)) throw thrown;
    return asGateError(thrown);
  }
}

async function prepare(
  trivy: InstalledTrivy,
  inputs: Inputs,
  cache: SharedCache | undefined,
  world: World,
): Promise<Scanning> {
  const { timeout: timeoutMs, maxDbAge: maxAgeMs, offline, scanners, imageSource, skipDirs, skipFiles } = inputs;
  const { store, readOnly, problem } = databaseStores(world);
  if (problem !== undefined) world.log.info(`Databases are not kept on this machine: ${problem}.`);
  const request = { timeoutMs, maxAgeMs, offline, cache, store, readOnly };
  const database = scanners.includes("vuln")
    ? await prepareDatabase({ ...request, repositories: inputs.dbRepository }, trivy, world)
    : undefined;
  let java: Promise<Database> | undefined;
  // Only a jar needs the Java database, and it is large: fetched when the first one is met, then kept for all targets.
  const javaDatabase = (): Promise<Database> => {
    java ??= prepareJavaDatabase({ ...request, repositories: inputs.javaDbRepository }, trivy, world);
    return java;
  };
  const descriptions = showDescriptions(inputs);
  const { signal } = world;
  const manifests = registryReader({ credentials: credentialsFor(world), signal });
  const strangers = registryReader({ credentials: async () => undefined, signal });
  const scanner = { trivy, database, javaDatabase, offline, timeoutMs, descriptions };
  const settings = { ...scanner, scanners, imageSource, skipDirs, skipFiles };
  const readerFor = (own: Partial<ScanSettings>) => (own.anonymous ? strangers : manifests);
  return {
    trivy,
    database,
    scan: (target, own, at) => scanTarget(target, { ...settings, manifests: readerFor(own), ...own }, at),
  };
}

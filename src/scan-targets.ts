import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ScanOutcome } from "./domain/judge.ts";
import type { Target } from "./domain/target.ts";
import { asGateError } from "./errors.ts";
import type { Inputs } from "./inputs.ts";
import { showDescriptions } from "./reports/formats.ts";
import type { Rescan } from "./rescan.ts";
import type { Scans } from "./scans.ts";
import type { SharedCache } from "./shared-cache.ts";
import { databaseStores } from "./store/store.ts";
import { type Database, prepareDatabase, prepareJavaDatabase } from "./trivy/database.ts";
import type { InstalledTrivy } from "./trivy/install.ts";
import { readTrivyReport } from "./trivy/report.ts";
import { scanTarget } from "./trivy/scan.ts";
import type { World } from "./world.ts";

/**
 * Scans each target once, one after another; an existing report is read instead. What goes wrong with one target is
 * that target's error alone.
 * @param trivy absent where there is nothing to scan
 * @param cache where databases are kept between runs beside the tool cache
 * @throws GateError where no target can be scanned: `database-…`, `run-cancelled`.
 */
export async function scanTargets(
  targets: readonly Target[],
  trivy: InstalledTrivy | undefined,
  inputs: Inputs,
  cache: SharedCache | undefined,
  world: World,
): Promise<Scans> {
  const scanning = trivy && (await prepare(trivy, inputs, cache, world));
  const outcomes: ScanOutcome[] = [];
  const trivyReportFiles: string[] = [];
  for (const [index, target] of targets.entries()) {
    const reportFile = join(
      world.runFolder,
      targets.length === 1 ? "trivy-report.json" : `trivy-report-${index + 1}.json`,
    );
    try {
      const scan = await outcomeOf(target, reportFile, scanning, inputs, world);
      outcomes.push({ target, scan });
      // Of a report that was given there is no other.
      if (target.kind !== "trivy-report") trivyReportFiles.push(reportFile);
    } catch (thrown) {
      if (world.signal.aborted) throw thrown;
      const { code, what, remedy } = asGateError(thrown);
      outcomes.push({ target, error: { code, what, remedy } });
    }
  }
  return {
    outcomes,
    trivyReportFiles,
    trivyVersion: trivy?.version,
    databaseUpdatedAt: scanning?.database?.updatedAt.toISOString(),
    rescan: scanning && rescanWith(scanning, world),
  };
}

/** What every scan of this run shares. */
interface Scanning {
  readonly trivy: InstalledTrivy;
  /** Absent where no vulnerabilities are looked for. */
  readonly database: Database | undefined;
  scan(target: Target, reportFile: string, options?: Parameters<Rescan>[1]): ReturnType<typeof scanTarget>;
}

function rescanWith(scanning: Scanning, world: World): Rescan {
  return async (target, options) => {
    const folder = mkdtempSync(join(world.runFolder, "rescan-"));
    try {
      return await scanning.scan(target, join(folder, "report.json"), options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

async function prepare(
  trivy: InstalledTrivy,
  inputs: Inputs,
  cache: SharedCache | undefined,
  world: World,
): Promise<Scanning> {
  const { timeoutMs, maxDbAgeMs: maxAgeMs, offline, scanners, imageSource, skipDirs, skipFiles } = inputs;
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
  const scanner = { trivy, database, javaDatabase, offline, timeoutMs, descriptions };
  const settings = { ...scanner, scanners, imageSource, skipDirs, skipFiles };
  const cacheFolder = join(world.runFolder, "cache");
  return {
    trivy,
    database,
    scan: (target, reportFile, options) =>
      scanTarget(target, { ...settings, ...options, cacheFolder, reportFile }, world),
  };
}

async function outcomeOf(
  target: Target,
  reportFile: string,
  scanning: Scanning | undefined,
  inputs: Inputs,
  world: World,
) {
  if (target.kind === "trivy-report") return readTrivyReport(target, world, showDescriptions(inputs));
  if (scanning === undefined) throw new TypeError("a scan needs a scanner");
  return scanning.scan(target, reportFile);
}

import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import type { Inputs } from "../../../src/actions/gate/inputs.ts";
import type { Inventory } from "../../../src/domain/coverage/inventory.ts";
import type { ScanResult, Target } from "../../../src/domain/target.ts";
import { imageAcquirer } from "../../../src/images/acquire/acquire.ts";
import { progressLine } from "../../../src/render/log/progress.ts";
import { onAcquiredImages } from "../../../src/scan/acquired.ts";
import { scanTargets } from "../../../src/scan/scan-targets.ts";
import type { Scans } from "../../../src/scan/scans.ts";
import { locateTarget, resolveTargets } from "../../../src/scan/targets.ts";
import type { Machine } from "../../../src/scan/workers.ts";
import type { Scanner, ScannerSettings, ScanSession } from "../../../src/scanners/scanner.ts";
import type { Database } from "../../../src/scanners/trivy/database/database.ts";
import { trivyReports } from "../../../src/scanners/trivy/report/given.ts";
import { LayerCache } from "../../../src/scanners/trivy/scan/layer-cache.ts";
import { scanTarget } from "../../../src/scanners/trivy/scan/scan.ts";
import type { ScanSettings } from "../../../src/scanners/trivy/scan/started.ts";
import { trivyScanner } from "../../../src/scanners/trivy/scanner.ts";
import type { InstalledProgram } from "../../../src/supply/installed.ts";
import { background } from "../../../src/system/background.ts";
import type { World } from "../../../src/system/world.ts";
import {
  javaDatabase,
  type VulnerabilityDatabaseOptions,
  vulnerabilityDatabase,
  writeDatabases,
} from "../databases/database.ts";

/** A scan for vulnerabilities that leaves nothing out. */
export const VULNERABILITIES = {
  offline: false,
  scanners: ["vuln"],
  imageSource: [],
  skipDirs: [],
  skipFiles: [],
  timeoutMs: 60_000,
} as const;

/** A scanner's settings for vulnerabilities, without a database to download. */
export const scannerSettings = (more: Partial<ScannerSettings> = {}): ScannerSettings => ({
  timeout: 60_000,
  maxDbAge: 3 * 86_400_000,
  dbRepository: [],
  javaDbRepository: [],
  cache: undefined,
  offline: true,
  scanners: ["vuln"],
  skipDirs: [],
  skipFiles: [],
  ...more,
});

/** Scans the images of the inputs, as the gate does, with an installed Trivy. */
export async function scanWith(
  inputs: Inputs,
  trivy: InstalledProgram,
  world: World,
  machine?: Machine,
): Promise<Scans> {
  await using work = background(world.signal);
  const { imageSource, offline, timeout: timeoutMs } = inputs;
  // Not closed here: the result may scan more. Its files are removed with the run's folder.
  const images = imageAcquirer({ imageSource, offline, timeoutMs }, world);
  const scanner = onAcquiredImages(await trivyScanner(trivy, { ...inputs, cache: undefined }, work, world), images);
  const scanning = {
    scanner,
    reports: async () => [trivyReports] as const,
    progress: progressLine,
    ...(machine && { machine }),
  };
  return await scanTargets(resolveTargets(inputs, [trivyReports], world), scanning, world);
}

/** How {@link scanOne} scans. */
export interface OneScan extends Omit<ScanSettings, "image"> {
  readonly imageSource: readonly string[];
  /** The target is a reference that a stranger chose. */
  readonly anonymous?: boolean;
  /** Replaces the contents of the image's layers. */
  readonly inventory?: Inventory | undefined;
}

/** Scans a single target, which is located and acquired as in the gate. */
export async function scanOne(target: Target, settings: OneScan, world: World): Promise<ScanResult> {
  const { input: location, platform } = target;
  const { imageSource, anonymous, offline, timeoutMs, inventory } = settings;
  const located = anonymous ? ({ how: "reference", location, platform } as const) : locateTarget(target, world);
  await using images = imageAcquirer({ imageSource, offline, timeoutMs }, world);
  const session: ScanSession = {
    scan: (each, at, { image }, where) =>
      scanTarget(each, at, { ...settings, image: image && inventory ? { ...image, inventory } : image }, where),
  };
  const scanner: Scanner = { name: "Trivy", session: () => session };
  const { reportFile } = settings;
  return await onAcquiredImages(scanner, images)
    .session(world.runFolder)
    .scan(target, located, { reportFile, anonymous }, world);
}

/** The real Trivy, and databases for it. */
export interface TrivyBed {
  readonly trivy: InstalledProgram;
  readonly database: Database;
  readonly java: Database;
  /** As {@link scanOne}, by default for vulnerabilities, in an own folder of the run. */
  scan(target: Target, world: World, overrides?: Partial<OneScan>): Promise<ScanResult>;
}

/** @param folder gets the databases */
export async function trivyBed(folder: string, options: Partial<VulnerabilityDatabaseOptions> = {}): Promise<TrivyBed> {
  const trivy = { path: await ensureTrivy(), version: "0.76.0", origin: "given binary" } as const;
  const now = new Date();
  writeDatabases(folder, { vulnerability: vulnerabilityDatabase({ now, ...options }), java: javaDatabase({ now }) });
  const [database, java] = ["db", "java-db"].map((name) => ({
    folder: join(folder, name),
    updatedAt: now,
    nextUpdate: now,
  })) as [Database, Database];
  const scan: TrivyBed["scan"] = (target, world, overrides = {}) => {
    const own = mkdtempSync(join(world.runFolder, "one-"));
    const settings = { trivy, database, javaDatabase: async () => java, ...VULNERABILITIES };
    const places = { layers: new LayerCache(join(own, "layers")), reportFile: join(own, "report.json") };
    return scanOne(target, { ...settings, ...places, ...overrides }, world);
  };
  return { trivy, database, java, scan };
}

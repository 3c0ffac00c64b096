import type { Inputs } from "../../src/actions/gate/inputs.ts";
import type { ScanResult, Target } from "../../src/domain/target.ts";
import { progressLine } from "../../src/render/log/log.ts";
import { scanTargets } from "../../src/scan/scan-targets.ts";
import type { Scans } from "../../src/scan/scans.ts";
import { locateTarget, resolveTargets } from "../../src/scan/targets.ts";
import type { Machine } from "../../src/scan/workers.ts";
import type { InstalledTrivy } from "../../src/scanners/trivy/install/install.ts";
import { trivyReports } from "../../src/scanners/trivy/report/report.ts";
import { type ScanSettings, scanTarget } from "../../src/scanners/trivy/scan/scan.ts";
import { trivyScanner } from "../../src/scanners/trivy/scanner.ts";
import { background } from "../../src/system/background.ts";
import type { World } from "../../src/system/world.ts";

/** A scan for vulnerabilities that leaves nothing out. */
export const VULNERABILITIES = {
  offline: false,
  scanners: ["vuln"],
  imageSource: [],
  skipDirs: [],
  skipFiles: [],
  timeoutMs: 60_000,
} as const;

/** Scans what the inputs name, as the gate does, with a Trivy that is there. */
export async function scanWith(inputs: Inputs, trivy: InstalledTrivy, world: World, machine?: Machine): Promise<Scans> {
  await using work = background(world.signal);
  const scanner = await trivyScanner(trivy, { ...inputs, cache: undefined }, work, world);
  const scanning = { scanner, reports: trivyReports, progress: progressLine, ...(machine && { machine }) };
  return await scanTargets(resolveTargets({ ...inputs, report: inputs.trivyReport }, world), scanning, world);
}

/** Scans one target alone, which is located as the gate does it. */
export async function scanOne(target: Target, settings: ScanSettings, world: World): Promise<ScanResult> {
  const { input: location, platform } = target;
  const located = settings.anonymous
    ? ({ how: "reference", location, platform } as const)
    : locateTarget(target, world);
  return scanTarget(target, located, settings, world);
}

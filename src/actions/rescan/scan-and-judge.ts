import type { Policy } from "../../domain/policy/policy.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { type Acquirer, imageAcquirer } from "../../images/acquire/acquire.ts";
import type { Platform } from "../../job/job.ts";
import { progressLine } from "../../render/log/progress.ts";
import { onAcquiredImages } from "../../scan/acquired.ts";
import { type ResolvedImages, type RunningScan, type ScannedImages, scanRunning } from "../../scan/running/index.ts";
import type { Scanner } from "../../scanners/scanner.ts";
import { loadRules } from "../../steps/load-rules.ts";
import { type Background, background } from "../../system/background.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";
import { installScanners } from "../install-scanners.ts";
import { outcomeFor } from "../outcome-for.ts";
import { openCache } from "../run-record.ts";
import { loadHistory } from "./history.ts";
import { INPUT_NAMES, type Inputs } from "./inputs.ts";
import { judgeRunning } from "./judging.ts";
import type { History, RescanRun } from "./rescan-run.ts";
import { findRunning, hasReport, reportsOf, resolve } from "./running.ts";

/** Finds what runs, scans each digest once, and judges. */
export async function scanAndJudge(inputs: Inputs, run: RescanRun, platform: Platform, world: World): Promise<Verdict> {
  await using work = background(world.signal);
  await using images = imagesFor(inputs, world);
  const cache = await openCache(inputs, run, platform);
  const loading = work.begin(() => loadHistory(inputs, run, platform, world));
  const rules = await loadRules(inputs, run, platform, world);
  // Before the scanner is there: a mistake in a source needs none.
  const found = await findRunning(inputs, run, world);
  const isOwn = !found.images.every((image) => hasReport(inputs, image));
  const { policy } = rules.policy;
  const preparing = isOwn ? beginScanner(inputs, { cache, work, images, policy }, world) : undefined;
  const history = await loading;
  run.history = history;
  const sbomOf = inputs.reuseSbom && isOwn ? history.sbom : undefined;
  const resolved = await resolve(found, (digest) => sbomOf?.(digest) !== undefined, world);
  run.sources = resolved.sources;
  const own = await preparing;
  const reported = await reportsOf(inputs, resolved.images.images, world);
  const scanned = await scan(resolved.images, { own, reported }, sbomOf, world);
  return await judgeRunning(scanned, own?.match, { inputs, run, rules }, world);
}

/** Running images come from where they run: no local copy is looked for. */
export function imagesFor({ offline, timeout: timeoutMs, cache }: Inputs, world: World): Acquirer {
  return imageAcquirer({ imageSource: ["remote"], offline, timeoutMs, isKept: cache }, world);
}

interface ScannerMeans {
  readonly cache: SharedCache | undefined;
  readonly work: Background;
  readonly images: Acquirer;
  /** What of the policy is about scanners. */
  readonly policy: Pick<Policy, "severityFrom" | "optionalScanners">;
}

/** Installs the scanners and makes them ready, beside other work. */
export function beginScanner(
  inputs: Inputs,
  { cache, work, images, policy: { severityFrom, optionalScanners: optional } }: ScannerMeans,
  world: World,
): Promise<Scanner> {
  const rules = { severityFrom, optional, asked: inputs.scanners };
  const settings = { ...inputs, skipDirs: [], skipFiles: [], descriptions: false, cache, rules };
  return work.begin(async (signal) => {
    const installed = await installScanners(inputs, cache, { ...world, signal });
    return onAcquiredImages(await installed.ready(settings, work, world), images);
  });
}

/** Who says what images have in them. */
interface Scanners {
  /** Absent: every image has a report. */
  readonly own: Scanner | undefined;
  readonly reported: RunningScan["reported"];
}

/** Scans each digest once, by its stored SBOM if there is one. */
export async function scan(
  resolved: ResolvedImages,
  { own, reported }: Scanners,
  sbomOf: History["sbom"] | undefined,
  world: World,
): Promise<ScannedImages> {
  const scanner = own ?? reported?.scanner;
  if (scanner === undefined) throw new TypeError("images without a report need a scanner");
  const means = { scanner, reported, sbomOf };
  const { scanned, ...images } = await scanRunning(resolved, { ...means, progress: progressLine }, world);
  return { ...images, scanned: scanned.map((each) => ({ ...each, outcome: outcomeFor(INPUT_NAMES, each.outcome) })) };
}

import type { Policy } from "../../domain/policy/policy.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { type Acquirer, imageAcquirer } from "../../images/acquire/acquire.ts";
import type { Platform } from "../../job/job.ts";
import { progressLine } from "../../render/log/progress.ts";
import { onAcquiredImages } from "../../scan/acquired.ts";
import { type ResolvedImages, type RunningScan, type ScannedImages, scanRunning } from "../../scan/running/index.ts";
import type { Scanner } from "../../scanners/scanner.ts";
import { type Background, background } from "../../system/background.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";
import { installScanners } from "../install-scanners.ts";
import { outcomeFor } from "../outcome-for.ts";
import { loadHistory } from "./history.ts";
import { harborOf, INPUT_NAMES, type Inputs } from "./inputs.ts";
import { judgeRunning, loadRules } from "./judging.ts";
import { cacheFor, type History, type RescanRun } from "./rescan-run.ts";
import { findRunning, reportsOf, resolve } from "./running.ts";

/** Finds what runs, scans each digest once, and judges. */
export async function scanAndJudge(inputs: Inputs, run: RescanRun, platform: Platform, world: World): Promise<Verdict> {
  await using work = background(world.signal);
  const cache = await cacheFor(inputs, platform);
  run.cache = cache;
  const isOwn = !inputs.harborReport || inputs.discover.some((line) => harborOf(line) === undefined);
  await using images = imagesFor(inputs, world);
  const preparing = isOwn ? beginScanner(inputs, { cache, work, images }, world) : undefined;
  const loading = work.begin(() => loadHistory(inputs, run, platform, world));
  const rules = await loadRules(inputs, run, platform, world);
  const found = await findRunning(inputs, run, world);
  const history = await loading;
  run.history = history;
  const own = await preparing?.(rules.policy.policy);
  const sbomOf = inputs.reuseSbom && isOwn ? history.sbom : undefined;
  const resolved = await resolve(found, (digest) => sbomOf?.(digest) !== undefined, world);
  run.sources = resolved.sources;
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
}

/** What of the policy is about scanners. */
type ScannerPolicy = Pick<Policy, "severityFrom" | "optionalScanners">;

/** Begins to install the scanners. They are made ready when what is returned is called. */
export function beginScanner(
  inputs: Inputs,
  { cache, work, images }: ScannerMeans,
  world: World,
): (policy: ScannerPolicy) => Promise<Scanner> {
  const installing = work.begin((signal) => installScanners(inputs, cache, { ...world, signal }));
  const all = { skipDirs: [], skipFiles: [], descriptions: false };
  return async ({ severityFrom, optionalScanners: optional }) => {
    const installed = await installing;
    const rules = { severityFrom, optional, asked: inputs.scanners };
    return onAcquiredImages(await installed.ready({ ...inputs, ...all, cache, rules }, work, world), images);
  };
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

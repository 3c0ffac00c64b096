import type { FoundImage } from "../../domain/history/running.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { type Acquirer, imageAcquirer } from "../../images/acquire/acquire.ts";
import type { Platform } from "../../job/job.ts";
import { progressLine } from "../../render/log/progress.ts";
import { onAcquiredImages } from "../../scan/acquired.ts";
import { type ResolvedImages, type ScannedImages, scanRunning } from "../../scan/running/index.ts";
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
  const history = work.begin(() => loadHistory(inputs, run, platform, world));
  const rules = await loadRules(inputs, run, platform, world);
  // Before the scanner is there: a mistake in a source needs none.
  const found = await findRunning(inputs, run, world);
  const means = { cache, work, images, policy: rules.policy.policy };
  const resolved = (isStored: IsStored) => resolve(found, isStored, run, world);
  const { scanned, match } = await scanImages(found, { inputs, history, resolved, ...means }, world);
  return await judgeRunning(scanned, match, { inputs, run, rules }, world);
}

/** Running images come from where they run: no local copy is looked for. */
export function imagesFor({ offline, timeout: timeoutMs, cache }: Inputs, world: World): Acquirer {
  return imageAcquirer({ imageSource: ["remote"], offline, timeoutMs, isKept: cache }, world);
}

interface ScannerMeans {
  readonly cache: SharedCache | undefined;
  readonly work: Background;
  readonly images: Acquirer;
  /** The policy's settings for scanners. */
  readonly policy: Pick<Policy, "severityFrom" | "optionalScanners">;
}

/** Installs the scanners and makes them ready, alongside other work. */
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

type IsStored = (digest: string) => boolean;

interface ImageMeans extends ScannerMeans {
  readonly inputs: Inputs;
  readonly history: Promise<History>;
  /** Resolves tags to digests. A digest with a stored SBOM needs no request to its registry. */
  readonly resolved: (isStored: IsStored) => Promise<ResolvedImages>;
}

/** Scans each digest once: by Harbor's own report, by its stored SBOM, or as it is in its registry. */
export async function scanImages(
  found: readonly Pick<FoundImage, "harbor">[],
  { inputs, history, resolved, ...means }: ImageMeans,
  world: World,
): Promise<{ readonly scanned: ScannedImages; readonly match: Scanner["match"] }> {
  const isOwn = !found.every((image) => hasReport(inputs, image));
  const preparing = isOwn ? beginScanner(inputs, means, world) : undefined;
  const { sbom } = await history;
  const sbomOf = inputs.reuseSbom && isOwn ? sbom : undefined;
  const images = await resolved((digest) => sbomOf?.(digest) !== undefined);
  const own = await preparing;
  const reported = await reportsOf(inputs, images.images, world);
  const scanner = own ?? reported?.scanner;
  if (scanner === undefined) throw new TypeError("images without a report need a scanner");
  const all = await scanRunning(images, { scanner, reported, sbomOf, progress: progressLine }, world);
  const scanned = all.scanned.map((each) => ({ ...each, outcome: outcomeFor(INPUT_NAMES, each.outcome) }));
  return { scanned: { ...all, scanned }, match: own?.match };
}

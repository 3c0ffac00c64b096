import { defaultName } from "../../domain/image/target-names.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { GIVEN_REPORT, type Target } from "../../domain/target.ts";
import type { Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../job/job.ts";
import { progressLine } from "../../render/log/progress.ts";
import { showDescriptions } from "../../reports/formats.ts";
import { beginSboms } from "../../reports/sboms.ts";
import { scanTargets } from "../../scan/scan-targets.ts";
import type { Scans } from "../../scan/scans.ts";
import { locateTarget, withOpinions } from "../../scan/targets.ts";
import type { Scanner } from "../../scanners/scanner.ts";
import { prepareAttribution } from "../../steps/attribute.ts";
import { loadRules } from "../../steps/load-rules.ts";
import { type Background, background } from "../../system/background.ts";
import { asGateError, GateError, tryOr } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { installScanners, type RunScanner, usable } from "../install-scanners.ts";
import { outcomeFor } from "../outcome-for.ts";
import { openCache } from "../run-record.ts";
import type { GateRun } from "./gate-run.ts";
import { INPUT_NAMES, type Inputs } from "./inputs.ts";
import { namedTargets, reportReaders } from "./named-targets.ts";
import { planFiles } from "./plan-files.ts";

/** Prepares policy and scanner, scans each target once, and judges. */
export async function decide(inputs: Inputs, run: GateRun, platform: Platform, world: World): Promise<Verdict> {
  await using work = background(world.signal);
  const { imageSource, offline, timeout: timeoutMs } = inputs;
  const targets = await findTargets(inputs, world);
  run.targets = targets;
  // Given reports need no image, so the code for images is not loaded: that saves 10 ms of CPU.
  const isScanned = needsScanner(targets, world);
  const bringing = isScanned ? await import("./bring-images.ts") : undefined;
  await using images = bringing?.imageAcquirer({ imageSource, offline, timeoutMs, isKept: inputs.cache }, world);
  // Before anything is scanned, since a path may be wrong.
  const reports = await planFiles("planReports", run, platform, world);
  run.reports = reports;
  const cache = await openCache(inputs, run, platform);
  const install = (signal: AbortSignal) => installScanners(inputs, cache, { ...world, signal });
  // Checking the scanner takes longer than anything else before the scan, so the policy is read meanwhile.
  const installing = work.begin(async (signal) => (isScanned ? install(signal) : undefined));
  const rules = await loadRules({ ...inputs, readers: reportReaders }, run, platform, world);
  if (images !== undefined) bringing?.acquireFirst(targets, images, world);
  const { policy } = rules.policy;
  // The baseline follows the user's text: an image's own claims could choose what it is compared with.
  const typed = targets.map((target) => ({ target }));
  const name = inputs.name ?? defaultName(typed, platform.change.commits);
  const known = { baselineFile: rules.baseline, name, forge: run.forge, platform, reports: reportReaders };
  const attribute = await prepareAttribution({ ...inputs, ...known }, world);
  loadTheRest();
  const installed = await installing.catch((thrown) => withoutScanner(thrown, targets, world));
  // The run's scanner makes the SBOMs. If the run needs none, one is installed for them.
  const maker = async (signal: AbortSignal) => (installed ? usable(installed) : await install(signal)).sboms;
  const sboms = reports && beginSboms(reports, maker, world);
  run.sboms = sboms;
  const descriptions = showDescriptions(inputs, platform.defaultReports?.lines);
  const onImages = (scanner: Scanner) => (images && bringing ? bringing.onAcquiredImages(scanner, images) : scanner);
  const means = { targets, cache, sboms, work, onImages, policy };
  const scans = await scan(installed, { ...inputs, descriptions }, means, world);
  run.scans = scans;
  const attributed = await attribute(scans);
  images?.finish();
  const { judgeAttributed } = await import("./judge-scans.ts");
  const verdict = await judgeAttributed(attributed, { inputs, run, rules, match: scans.match }, world);
  if (verdict.answer !== "error" && inputs.baseline !== "none" && !offline) run.keptAs = name;
  return verdict;
}

/**
 * Loads the code that runs after the scan, while another thread hashes the scanner. The import that needs it reports a
 * failure.
 */
function loadTheRest(): void {
  import("./judge-scans.ts").catch(() => {});
  import("../../render/answer.ts").catch(() => {});
  import("../../render/documents.ts").catch(() => {});
}

async function findTargets(inputs: Inputs, world: World): Promise<readonly Target[]> {
  const targets = await namedTargets(inputs, world);
  if (!targets.some(({ everyPlatform }) => everyPlatform)) return withOpinions(targets);
  const { expandPlatforms } = await import("./bring-images.ts");
  return withOpinions(await expandPlatforms(targets, inputs.imageSource, world));
}

/** The things that a scan needs besides its inputs. */
interface ScanMeans extends Pick<GateRun, "targets" | "cache" | "sboms"> {
  readonly work: Background;
  /** The scanner, with images brought in before it starts. */
  readonly onImages: (scanner: Scanner) => Scanner;
  readonly policy: Policy;
}

/** Scans with a database that is fresh enough. If there is none, given reports are still judged. */
async function scan(
  installed: RunScanner | GateError | undefined,
  inputs: Inputs & { readonly descriptions: boolean },
  { targets, cache, sboms, work, onImages, policy }: ScanMeans,
  world: World,
): Promise<Scans> {
  const { descriptions } = inputs;
  const { severityFrom, agreement, optionalScanners: optional } = policy;
  const rules = { severityFrom, agreement, optional, asked: inputs.scanners };
  // For the fix plan. Several targets take so long that preparing for it gains little.
  const settings = { ...inputs, cache, rules, isMatchLikely: targets.length === 1 };
  const ready = async () => installed && usable(installed).ready(settings, work, world);
  const own = await ready().catch((thrown) => withoutScanner(thrown, targets, world));
  const scanner = own === undefined || own instanceof GateError ? own : onImages(own);
  const reading = { reports: reportReaders, maxReportAge: inputs.maxReportAge, descriptions, onReport: sboms?.take };
  const scanning = { scanner, ...reading, progress: progressLine, opinionRules: rules };
  const scannerVersions = installed instanceof GateError ? undefined : installed?.versions;
  const scans = await scanTargets(targets, scanning, world);
  const outcomes = scans.outcomes.map((outcome) => outcomeFor(INPUT_NAMES, outcome));
  return { ...scans, outcomes, scannerVersions };
}

/** Given reports need no scanner, and neither do targets that do not exist. */
function needsScanner(targets: readonly Target[], world: World): boolean {
  const isThere = (target: Target) => tryOr(() => locateTarget(target, world), undefined) !== undefined;
  return targets.some((target) => target.kind !== GIVEN_REPORT && isThere(target));
}

/** Given reports need no scanner. If there is no usable one, only the other targets get that error. */
function withoutScanner(thrown: unknown, targets: readonly Target[], { signal }: World): GateError {
  if (signal.aborted || targets.every((target) => target.kind !== GIVEN_REPORT)) throw thrown;
  return asGateError(thrown);
}

import { dayOf } from "../../domain/dates.ts";
import { defaultName } from "../../domain/image/target-names.ts";
import { claimNotes, unconfirmedTagNotes } from "../../domain/judge/claimed-names.ts";
import { judge } from "../../domain/judge/judge.ts";
import { GIVEN_REPORT, type Target } from "../../domain/target.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { type Acquirer, imageAcquirer } from "../../images/acquire/acquire.ts";
import type { Change, Platform } from "../../platforms/platform.ts";
import { DEFAULT_POLICY } from "../../policy/read.ts";
import { progressLine } from "../../render/log/log.ts";
import { showDescriptions } from "../../reports/formats.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import { beginSboms } from "../../reports/sboms.ts";
import { acquireFirst, onAcquiredImages } from "../../scan/acquired.ts";
import { expandPlatforms } from "../../scan/every-platform.ts";
import { scanTargets } from "../../scan/scan-targets.ts";
import type { Scans } from "../../scan/scans.ts";
import { locateTarget, resolveTargets } from "../../scan/targets.ts";
import { REPORT_READERS, SCANNER } from "../../scanners/list.ts";
import type { InstalledScanner, Scanner, ScannerSettings } from "../../scanners/scanner.ts";
import { prepareAttribution } from "../../steps/attribute.ts";
import { beginWeighing } from "../../steps/enrich.ts";
import { type LoadedPolicy, loadPolicy, withChanges } from "../../steps/load-policy.ts";
import { addCommands } from "../../steps/plan-commands.ts";
import { planUpgrades } from "../../steps/plan-upgrades.ts";
import { type RuleSource, ruleSource } from "../../steps/rule-source.ts";
import { type Background, background } from "../../system/background.ts";
import { asGateError, GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { scannerWish } from "../shared-inputs.ts";
import type { RunContext } from "./context.ts";
import { type Inputs, targetsOf } from "./inputs.ts";

/** Prepares policy and scanner, scans each target once, and judges. Stores what it learns in `known`. */
export async function decide(inputs: Inputs, context: RunContext, platform: Platform, world: World): Promise<Verdict> {
  await using work = background(world.signal);
  const { imageSource, offline: isOffline, timeout: timeoutMs } = inputs;
  await using images = imageAcquirer({ imageSource, offline: isOffline, timeoutMs, isKept: inputs.cache }, world);
  context.targets = await findTargets(inputs, world);
  context.reports = await planned(inputs, context, world);
  context.cache = inputs.cache && !inputs.offline ? await platform.sharedCache?.() : undefined;
  const install = (signal: AbortSignal) =>
    SCANNER.install({ ...scannerWish(inputs), cache: context.cache }, { ...world, signal });
  // Checking the scanner takes longer than anything else before the scan, so the policy is read meanwhile.
  const installing = work.begin(async (signal) => (needsScanner(context.targets) ? install(signal) : undefined));
  const { baseline, notes, ...rules } = await loadRules(inputs, context, platform, world);
  acquireFirst(context.targets, images, world);
  const { policy } = context.policy;
  const { offline, limits, ignoreUnfixed } = inputs;
  const weighing = await beginWeighing(policy, { ...rules, offline, cache: context.cache }, world);
  const name = typedName(inputs, context.targets, platform.change);
  const sources = { ...inputs, baselineFile: baseline, name, access: context.access(), reports: REPORT_READERS };
  const attribution = await prepareAttribution(sources, platform, world);
  const installed = await installing.catch((thrown) => withoutScanner(thrown, context.targets, world));
  const sbomMaker = async (signal: AbortSignal) => (installed ? usable(installed) : await install(signal)).sboms;
  context.sboms = context.reports && beginSboms(context.reports, sbomMaker, world);
  context.scans = await scan(installed, inputs, { ...context, work, images }, world);
  const { outcomes, forJudging, forView } = await attribution.of(context.scans);
  const weights = await weighing.about(outcomes);
  const today = dayOf(context.now);
  const settings = { policy, limits, ignoreUnfixed, today, ...forJudging, ...weights };
  const verdict = judge(outcomes, settings);
  const weighed = withChanges(context.policy, weighing.changes(), weighing.notes());
  context.policy = weighed.policy;
  const nameNotes = [...claimNotes(outcomes, policy), ...unconfirmedTagNotes(outcomes, policy)];
  context.around = { ...forView, notes: [...notes, ...weighed.notes, ...nameNotes] };
  context.keptAs = verdict.answer === "error" || inputs.baseline === "none" || offline ? undefined : name;
  const { checkVersions: check } = context.scans;
  const planning = { settings, weigh: weighing.about, check, bases: forView.bases };
  return addCommands(await planUpgrades(verdict, planning, world), world);
}

function findTargets(inputs: Inputs, world: World): Promise<readonly Target[]> {
  const { imageSource } = inputs;
  const locate = (target: Target) => locateTarget(target, world);
  return expandPlatforms(resolveTargets(targetsOf(inputs), REPORT_READERS, world), { imageSource, locate }, world);
}

/** Loads the policy, and the files that are as good as a policy. */
async function loadRules(inputs: Inputs, context: RunContext, platform: Platform, world: World) {
  const source = ruleSource(inputs.policyFrom, context.access(), platform);
  context.policy = await loadPolicy(inputs.policy, source, dayOf(context.now), world);
  const files = await ruleFiles(inputs, source, context.policy, world);
  context.policy = files.policy;
  return files;
}

/** Scans with the database that is fresh enough. If it cannot be had, given reports are judged all the same. */
async function scan(
  installed: InstalledScanner | GateError | undefined,
  inputs: Inputs,
  { targets, cache, sboms, work, images }: RunContext & { readonly work: Background; readonly images: Acquirer },
  world: World,
): Promise<Scans> {
  const descriptions = showDescriptions(inputs);
  const own =
    installed &&
    (await readyToScan(installed, { ...inputs, cache, descriptions, onStarted: warmUp }, work, world).catch((thrown) =>
      withoutScanner(thrown, targets, world),
    ));
  const scanner = own === undefined || own instanceof GateError ? own : onAcquiredImages(own, images);
  const reading = { reports: REPORT_READERS, maxReportAge: inputs.maxReportAge, descriptions, onReport: sboms?.take };
  const scanning = { scanner, ...reading, progress: progressLine };
  const scannerVersion = installed instanceof GateError ? undefined : installed?.version;
  return { ...(await scanTargets(targets, scanning, world)), scannerVersion };
}

/** Checks where the reports go before anything is scanned. */
async function planned(
  { reports }: Pick<Inputs, "reports">,
  { targets, namedFiles }: RunContext,
  world: World,
): Promise<PlannedReport[] | undefined> {
  if (reports.length === 0) return undefined;
  const { planReports } = await import("../../reports/index.ts");
  const read = [...targets.map(({ input }) => input), DEFAULT_POLICY, ...namedFiles];
  return planReports(reports, targets, world, read);
}

/** What comes after the scan is made ready while the scanner works. */
function warmUp(): void {
  setImmediate(() => {
    SCANNER.warmUp?.();
    // If it cannot be loaded, anyone who shows the answer says so.
    void import("../../render/documents/index.ts").catch(() => {});
  });
}

function needsScanner(targets: readonly Target[]): boolean {
  return targets.some((target) => target.kind !== GIVEN_REPORT);
}

/** The files that act like a policy, and the policy with the changes in them. */
async function ruleFiles({ vex, baseline }: Inputs, source: RuleSource, policy: LoadedPolicy, world: World) {
  const isNone = vex.length === 0 && ["auto", "none"].includes(baseline);
  if (isNone) return { vex: [], baseline: undefined, notes: [], policy };
  const { loadRuleFiles } = await import("../../steps/rule-files.ts");
  const files = await loadRuleFiles({ vex, baseline }, source, policy.policy, world);
  return { ...files, ...withChanges(policy, files.changes, files.notes) };
}

/** The gate's name from what the user typed. An image's own claims could choose what it is compared with. */
function typedName({ name }: Inputs, targets: readonly Target[], { commits }: Change): string {
  const named = targets.map((target) => ({ target }));
  return name ?? defaultName(named, commits);
}

/** Given reports need no scanner. If there is no usable one, only the other targets get that error. */
function withoutScanner(thrown: unknown, targets: readonly Target[], { signal }: World): GateError {
  if (signal.aborted || targets.every((target) => target.kind !== GIVEN_REPORT)) throw thrown;
  return asGateError(thrown);
}

async function readyToScan(
  installed: InstalledScanner | GateError,
  settings: ScannerSettings,
  work: Background,
  world: World,
): Promise<Scanner> {
  return usable(installed).ready(settings, work, world);
}

function usable<T>(scanner: T | GateError): T {
  if (scanner instanceof GateError) throw scanner;
  return scanner;
}

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "../../domain/dates.ts";
import type { Day } from "../../domain/policy/policy.ts";
import type { Target } from "../../domain/target.ts";
import { defaultName, savedTags, withSavedTags } from "../../domain/target-names.ts";
import { undecided, type Verdict } from "../../domain/verdict.ts";
import { type GitHubEvent, readEvent } from "../../platforms/github/event.ts";
import { stampOf } from "../../platforms/github/run-stamp.ts";
import type { View } from "../../render/view.ts";
import type { PlannedReport } from "../../reports/plan.ts";
import type { Sboms } from "../../reports/sboms.ts";
import { NO_SCANS, type Scans } from "../../scan/scans.ts";
import { attempt, tell } from "../../steps/deliver.ts";
import { type LoadedPolicy, NO_POLICY } from "../../steps/loaded-policy.ts";
import type { RuleSource } from "../../steps/rule-source.ts";
import { asGateError, GateError } from "../../system/errors.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import { removeProgramFolders } from "../../system/store/program-folder.ts";
import type { World } from "../../system/world.ts";
import {
  areTargetsKnown,
  countTargets,
  foreignInputs,
  type Inputs,
  namedFiles,
  namedReports,
  namedTargets,
  namedThings,
  type ReportingInputs,
  readInputs,
  reportingInputs,
} from "./inputs.ts";

/**
 * One run of the gate: may these targets run? Never throws: what goes wrong before there is a verdict is the verdict
 * `error`, and trouble with telling it changes nothing.
 * @returns the step's exit code: 0 for a pass, and for a fail that is only to be reported.
 */
export async function run(world: World): Promise<number> {
  const now = world.now();
  const event = readEvent(world.env, (path) => readFileSync(path, "utf8"));
  tellForeign(world);
  const decision = await decide(event, dayOf(now), world);
  const view = await viewOf(decision, event, now, world);
  await tell(view, { ...decision, event, world });
  const { keptAs, cache } = decision;
  await attempt(world, "run-not-tidied", async () => {
    if (keptAs !== undefined) await keepReport(keptAs, event, world);
    await cache?.settle();
  });
  clearUp(world);
  return exitCode(decision);
}

/** The runner warns of those that a step's `with:` has. */
function tellForeign({ env, log }: World): void {
  const names = foreignInputs(env);
  if (names.length === 0) return;
  const rest = names.length - 10;
  const named = `${names.slice(0, 10).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  log.info(`Left alone, as Image Gate has no such inputs: ${named}`);
}

/** What a run came to. Of a run that broke down, as much as was known by then. */
interface Decision {
  readonly verdict: Verdict;
  readonly inputs: ReportingInputs;
  readonly policy: LoadedPolicy;
  readonly scans: Scans;
  /** What is around the scans, and what a reader must know of the whole run. */
  readonly around?: Pick<View, "dockerfile" | "bases" | "comparisons" | "notes">;
  /** Files for other tools; absent: none are asked for, or it is not known which. */
  readonly reports?: readonly PlannedReport[] | undefined;
  /** Those of them that the scanner makes. */
  readonly sboms?: Sboms | undefined;
  /** The name by which later runs may find this one's report, to compare with it. */
  readonly keptAs?: string | undefined;
  /** What ended the run before there was anything to judge. */
  readonly failure?: GateError;
  /** Where something may still be on its way to. */
  readonly cache: SharedCache | undefined;
}

/** Inputs, policy and scanner, then each target once, then the verdict. */
async function decide(event: GitHubEvent, today: Day, world: World): Promise<Decision> {
  let inputs: Inputs | undefined;
  let targets: readonly Target[] = [];
  let policy = NO_POLICY;
  let cache: SharedCache | undefined;
  let reports: Decision["reports"];
  let sboms: Sboms | undefined;
  try {
    if (world.unusable) throw world.unusable;
    inputs = readInputs(world.env);
    // Loaded only now: a run that ends at its inputs does without.
    const steps = await import("../../chunks/steps.ts");
    const { beginWeighing, installTrivy, judge, loadPolicy, prepareLooking, resolveTargets, scanTargets } = steps;
    targets = await steps.expandPlatforms(resolveTargets(inputs, world), inputs, world);
    reports = await planned(inputs, targets, world);
    cache = inputs.cache && !inputs.offline ? steps.sharedCache(world) : undefined;
    const wanted = { ...trivyOf(inputs), cache };
    const install = (signal: AbortSignal) => installTrivy(wanted, { ...world, signal });
    const isScan = needsTrivy(targets);
    // Checking the scanner takes longer than anything else before the scan: the policy is read meanwhile.
    const trivy = begin(async (signal) => (isScan ? install(signal) : undefined), world.signal);
    const source = steps.ruleSource(inputs, event, world);
    policy = await loadPolicy(inputs, source, today, world).catch(trivy.giveUp);
    const files = await ruleFiles(inputs, source, policy, world).catch(trivy.giveUp);
    policy = files.policy;
    const rules = { ...files, offline: inputs.offline };
    const weighing = await beginWeighing(policy.policy, rules, cache, world).catch(trivy.giveUp);
    const baselineName = typedName(inputs, targets, commitsOf(event, world));
    const looking = await prepareLooking(inputs, event, baselineName, files.baseline, world).catch(trivy.giveUp);
    const installed = await trivy.done.catch((thrown) => withoutScanner(thrown, targets, world));
    sboms = reports && steps.beginSboms(reports, installed ? async () => usable(installed) : install, world);
    const scans = await scanTargets(targets, installed, inputs, cache, world, sboms?.take);
    const { outcomes, forJudging, forView } = await looking.around(scans);
    const weights = await weighing.about(outcomes);
    const { limits, ignoreUnfixed } = inputs;
    const verdict = judge(outcomes, { policy: policy.policy, limits, ignoreUnfixed, today, ...forJudging, ...weights });
    const claimed = steps.claimNotes(outcomes, policy.policy);
    const around = { ...forView, notes: [...files.notes, ...weighing.notes(), ...claimed] };
    const isComparable = verdict.answer !== "error" && inputs.baseline !== "none" && !inputs.offline;
    const keptAs = isComparable ? baselineName : undefined;
    return { verdict, inputs, policy, scans, around, reports, sboms, keptAs, cache };
  } catch (thrown) {
    const failure = asGateError(thrown);
    const reporting = inputs ?? reportingInputs(world.env);
    const meant = targets.length > 0 ? targets : await targetsMeant(world).catch(() => []);
    reports ??= await plannedAnyway(meant, world);
    const verdict = undecided(failure, meant, reporting.name);
    return { verdict, inputs: reporting, policy, scans: NO_SCANS, reports, sboms, failure, cache };
  }
}

/** The files that are as good as a policy, and the policy with what changes in them. */
async function ruleFiles(inputs: Inputs, source: RuleSource, policy: LoadedPolicy, world: World) {
  const isNone = inputs.vex.length === 0 && ["auto", "none"].includes(inputs.baseline);
  if (isNone) return { vex: [], baseline: undefined, notes: [], policy };
  const { loadRuleFiles, withRuleFiles } = await import("../../chunks/rule-files.ts");
  const files = await loadRuleFiles(inputs, source, policy.policy, world);
  return { ...files, ...withRuleFiles(policy, files) };
}

/** Where the reports go is looked at before anything is scanned. */
async function planned({ reports }: Pick<ReportingInputs, "reports">, targets: readonly Target[], world: World) {
  if (reports.length === 0) return undefined;
  const { planReports } = await import("../../chunks/reports.ts");
  const { DEFAULT_POLICY } = await import("../../chunks/steps.ts");
  return planReports(reports, targets, world, [
    ...targets.map(({ input }) => input),
    DEFAULT_POLICY,
    ...namedFiles(world.env),
  ]);
}

/** Those of a run that ended at its inputs: what an earlier run left must not pass for this one's. */
async function plannedAnyway(targets: readonly Target[], world: World) {
  const lines = namedReports(world.env);
  if (lines.length === 0) return undefined;
  return attempt(world, "report-file-not-written", async () => {
    const { planAnyway } = await import("../../chunks/reports.ts");
    const { DEFAULT_POLICY } = await import("../../chunks/steps.ts");
    const read = [...targets.map(({ input }) => input), DEFAULT_POLICY, ...namedThings(world.env)];
    const isKnown = areTargetsKnown(world.env) && targets.length > 0;
    return planAnyway({ lines, targets, isKnown, read }, world);
  });
}

/** Begins what may turn out to be needless. `giveUp` ends it and waits, as nothing may run on when the step has ended. */
function begin<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) {
  const stop = new AbortController();
  const done = work(AbortSignal.any([signal, stop.signal]));
  const settled = done.then(
    () => {},
    () => {},
  );
  return {
    done,
    async giveUp(why: unknown): Promise<never> {
      stop.abort();
      await settled;
      throw why;
    },
  };
}

/** Of a run with wrong inputs: the targets that can be read, as they name its comment. */
async function targetsMeant(world: World): Promise<readonly Target[]> {
  const named = namedTargets(world.env);
  if (countTargets(named) === 0) return [];
  const { resolveTargets } = await import("../../chunks/steps.ts");
  return resolveTargets(named, world);
}

function needsTrivy(targets: readonly Target[]): boolean {
  return targets.some((target) => target.kind !== "trivy-report");
}

/** Given reports are judged without a scanner: that it cannot be had is the error of the other targets alone. */
function withoutScanner(thrown: unknown, targets: readonly Target[], { signal }: World): GateError {
  if (signal.aborted || targets.every((target) => target.kind !== "trivy-report")) throw thrown;
  return asGateError(thrown);
}

function usable<T>(scanner: T | GateError): T {
  if (scanner instanceof GateError) throw scanner;
  return scanner;
}

/** Which Trivy to install, from the inputs. */
function trivyOf(inputs: Inputs) {
  const { trivyVersion, trivySha256, trivyMirror, trivyMirrorToken, trivyBinary, offline, timeout } = inputs;
  return {
    version: trivyVersion,
    sha256: trivySha256,
    mirror: trivyMirror,
    mirrorToken: trivyMirrorToken,
    binary: trivyBinary,
    offline,
    timeoutMs: timeout,
  };
}

/** What the user typed, and nothing that an image says of itself: it would choose what it is compared with. */
function typedName({ name }: Inputs, targets: readonly Target[], commits: readonly string[]): string {
  const named = targets.map((target) => ({ target }));
  return name ?? defaultName(named, commits);
}

/** SHAs that the path of a file may be made from, which then lasts from build to build without them. */
function commitsOf({ sha }: GitHubEvent, { env }: World): string[] {
  return [env.GITHUB_SHA, sha].filter((each) => each !== undefined && each !== "") as string[];
}

/** For later runs to compare with. */
async function keepReport(name: string, event: GitHubEvent, world: World): Promise<void> {
  const { artifactName, keepBaseline } = await import("../../chunks/comparison.ts");
  await keepBaseline({ name: artifactName(name), reportFile: join(world.runFolder, "report.json"), event }, world);
}

async function viewOf(decision: Decision, event: GitHubEvent, now: Date, world: World): Promise<View> {
  const { verdict, inputs, policy } = decision;
  const tags = needsTags(decision)
    ? await savedTags(verdict.targets, (target) => savedTagOf(target, world)).catch(() => undefined)
    : undefined;
  return {
    name: inputs.name ?? defaultName(withSavedTags(verdict.targets, tags), commitsOf(event, world)),
    verdict,
    savedTags: tags,
    mode: inputs.mode,
    today: dayOf(now),
    now,
    policy: { ...policy.source, count: policy.policy.count },
    policyChange: policy.change,
    ...decision.around,
    lookedUpOn: event.lookup === undefined ? undefined : event.name,
    commit: event.sha,
    runUrl: event.runUrl,
    stamp: stampOf(world.env, event),
  };
}

/** Looking for a tag reads a tar to its end: only the default name needs it, and categories of what was judged beside it. */
function needsTags({ inputs, reports = [], failure }: Decision): boolean {
  if (inputs.name === undefined) return true;
  const hasCategories =
    inputs.uploadSarif || inputs.dependencyGraph || reports.some(({ format }) => format === "sarif");
  return failure === undefined && hasCategories;
}

async function savedTagOf(target: Target, world: World): Promise<string | undefined> {
  const { savedTag } = await import("../../chunks/steps.ts");
  return savedTag(target, world);
}

/** Leaves the reports, which the outputs name, and nothing else. What stands in the way does not change the answer. */
function clearUp(world: World): void {
  const { runFolder, log } = world;
  try {
    removeProgramFolders(world);
    for (const entry of readdirSync(runFolder))
      if (!/\.(?:json|md)$/.test(entry)) rmSync(join(runFolder, entry), { recursive: true, force: true });
  } catch (error) {
    log.debug(`Temporary files are left: ${String(error)}`);
  }
}

function exitCode({ verdict, inputs }: Decision): number {
  return verdict.answer === "pass" || (verdict.answer === "fail" && inputs.mode === "warn") ? 0 : 1;
}

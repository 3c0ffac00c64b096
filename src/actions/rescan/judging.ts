import { dayOf } from "../../domain/dates.ts";
import { unconfirmedTagNotes } from "../../domain/judge/claimed-names.ts";
import { type JudgeSettings, judge, type ScanOutcome } from "../../domain/judge/judge.ts";
import { counted } from "../../domain/list-some.ts";
import { oncePer } from "../../domain/memoize.ts";
import { choiceNotes } from "../../domain/opinions/choice.ts";
import { severityOf } from "../../domain/opinions/merged-finding.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { ScanResult } from "../../domain/target.ts";
import { checkedBy } from "../../domain/upgrade/version-question.ts";
import type { TargetError, Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../job/job.ts";
import type { ScannedImages } from "../../scan/running/index.ts";
import { ADVICE_MS } from "../../scan/scans.ts";
import type { Scanner } from "../../scanners/scanner.ts";
import { beginWeighing, type Weighing } from "../../steps/enrich.ts";
import { type LoadedPolicy, loadPolicy, withChanges } from "../../steps/load-policy.ts";
import { planUpgrades } from "../../steps/plan-upgrades.ts";
import { loadRuleFiles } from "../../steps/rule-files.ts";
import { ruleSource } from "../../steps/rule-source.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";
import type { RescanRun } from "./rescan-run.ts";

/** What images are judged by, beside the inputs. */
export interface Rules {
  readonly policy: LoadedPolicy;
  readonly weighing: Weighing;
  readonly notes: readonly string[];
}

/** A run that judges. */
interface JudgingRun {
  readonly inputs: Inputs;
  readonly run: RescanRun;
  readonly rules: Rules;
}

/** Looks up versions that are not installed, for the plans of what to do. */
export type Check = NonNullable<Scanner["match"]>;

/** Loads the policy and the VEX documents, and begins to prepare what else weighs on findings. */
export async function loadRules(inputs: Inputs, run: RescanRun, platform: Platform, world: World): Promise<Rules> {
  const source = ruleSource("workspace", run.forge, platform);
  const own = await loadPolicy(inputs.policy, source, dayOf(run.now), world);
  run.policy = own;
  const { vex, offline } = inputs;
  const files = await loadRuleFiles({ vex, baseline: "none" }, source, own.policy, world);
  const { policy, notes } = withChanges(own, files.changes, files.notes);
  run.policy = policy;
  const weighing = await beginWeighing(policy.policy, { ...files, offline, cache: run.cache }, world);
  return { policy, weighing, notes };
}

/** Judges every image, and plans what clears those that fail. */
export async function judgeRunning(
  images: ScannedImages,
  check: Check | undefined,
  judging: JudgingRun,
  world: World,
): Promise<Verdict> {
  const { policy: own, weighing, notes } = judging.rules;
  const verdict = await judged(images, check, judging, world);
  const weighed = withChanges(own, weighing.changes(), weighing.notes());
  const { policy } = weighed;
  const outcomes = images.scanned.map(({ outcome }) => outcome);
  const nameNotes = [...unconfirmedTagNotes(outcomes, policy.policy), ...choiceNotes(outcomes, policy.policy)];
  const rescanned = images.scanned.flatMap(({ image, way }, at) => {
    const one = verdict.targets[at];
    return one === undefined ? [] : [{ ...image, way, verdict: one }];
  });
  const all = [...failedNotes(images), ...notes, ...weighed.notes, ...images.notes, ...nameNotes];
  Object.assign(judging.run, { policy, sboms: images.sboms, rescanned, notes: all } satisfies Partial<RescanRun>);
  return verdict;
}

async function judged(
  { scanned }: ScannedImages,
  match: Check | undefined,
  { inputs, run, rules }: JudgingRun,
  world: World,
): Promise<Verdict> {
  const outcomes = scanned.map(({ outcome }) => outcome);
  const { limits, ignoreUnfixed } = inputs;
  const { weighing } = rules;
  const { policy } = rules.policy;
  const weights = await weighing.about(outcomes);
  const settings: JudgeSettings = { policy, limits, ignoreUnfixed, today: dayOf(run.now), ...weights };
  const check = match && checkedBy((lists) => match(lists, { timeoutMs: ADVICE_MS }, world));
  return planUpgrades(judge(outcomes, settings), { settings, weigh: weighing.about, check }, world);
}

/**
 * What shards have found with several scanners, by the policy that judges. A shard may have had another policy, or
 * none. Whose severity counts is decided anew, and a scanner that failed is an error unless this policy says otherwise.
 */
export function byRulesOf(policy: Pick<Policy, "severityFrom" | "optionalScanners">, images: ScannedImages) {
  // Images with the same bytes share their findings, and go on doing so.
  const again = oncePer((findings: ScanResult["findings"]) =>
    findings.map((finding) =>
      finding.opinions === undefined ? finding : { ...finding, severity: severityOf(finding.opinions, policy) },
    ),
  );
  const outcomeOf = (outcome: ScanOutcome): ScanOutcome => {
    if ("error" in outcome || outcome.scan.opinions === undefined) return outcome;
    const { target, scan } = outcome;
    const error = failureIn(scan, policy);
    return error === undefined ? { target, scan: { ...scan, findings: again(scan.findings) } } : { target, error };
  };
  const scanned = images.scanned.map((each) => {
    const outcome = outcomeOf(each.outcome);
    return { ...each, outcome, way: "error" in outcome ? undefined : each.way };
  });
  return { ...images, scanned };
}

function failureIn(
  { opinions = [] }: ScanResult,
  { optionalScanners = [] }: Pick<Policy, "optionalScanners">,
): TargetError | undefined {
  const failed = opinions.find(
    (each) => each.failed !== undefined && !optionalScanners.includes(each.scanner.toLowerCase()),
  );
  if (failed?.failed === undefined) return undefined;
  const { code, what } = failed.failed;
  return {
    code,
    what: `${failed.scanner}: ${what}`,
    remedy:
      "Start the failed jobs again. The policy of the merge does not say that this scanner is optional, though that of the shard did.",
  };
}

/** A note for each scanner that has failed, and that the policy calls optional. Names and errors are untrusted. */
function failedNotes({ scanned }: ScannedImages): string[] {
  const failed = scanned.flatMap(({ outcome }) =>
    "scan" in outcome
      ? (outcome.scan.opinions ?? []).flatMap(({ scanner, failed: why }) =>
          why === undefined ? [] : [{ scanner, why }],
        )
      : [],
  );
  return [...Map.groupBy(failed, ({ scanner }) => scanner)].map(([scanner, all]) => {
    const { code = "", what = "" } = all[0]?.why ?? {};
    return `${scanner} failed, and the policy says that it is optional: ${counted(all.length, "image")} judged without it, the first for this reason: [${code}] ${what}.`;
  });
}

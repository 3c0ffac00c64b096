import { dayOf } from "../../domain/dates.ts";
import { unconfirmedTagNotes } from "../../domain/judge/claimed-names.ts";
import { type JudgeSettings, judge } from "../../domain/judge/judge.ts";
import type { Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../platforms/platform.ts";
import type { ScannedImages } from "../../scan/running/index.ts";
import type { Scanner } from "../../scanners/scanner.ts";
import { beginWeighing, type Weighing } from "../../steps/enrich.ts";
import { loadPolicy, withChanges } from "../../steps/load-policy.ts";
import { addCommands } from "../../steps/plan-commands.ts";
import { planUpgrades } from "../../steps/plan-upgrades.ts";
import { loadRuleFiles } from "../../steps/rule-files.ts";
import { ruleSource } from "../../steps/rule-source.ts";
import type { World } from "../../system/world.ts";
import type { RunContext } from "./context.ts";
import type { Inputs } from "./inputs.ts";
import { outcomeHere } from "./remedies.ts";

/** What images are judged by, beside the inputs. */
export interface Rules {
  readonly weighing: Weighing;
  readonly notes: readonly string[];
}

/** Scans versions that are not installed, for the plans of what to do. */
export type Check = NonNullable<Scanner["checkVersions"]>;

/** Loads the policy and the VEX documents, and begins to prepare what else weighs on findings. */
export async function loadRules(inputs: Inputs, context: RunContext, platform: Platform, world: World): Promise<Rules> {
  const source = ruleSource("workspace", context.access(), platform);
  context.policy = await loadPolicy(inputs.policy, source, dayOf(context.now), world);
  const { vex, offline } = inputs;
  const files = await loadRuleFiles({ vex, baseline: "none" }, source, context.policy.policy, world);
  const { policy, notes } = withChanges(context.policy, files.changes, files.notes);
  context.policy = policy;
  return { weighing: await beginWeighing(policy.policy, { ...files, offline, cache: context.cache }, world), notes };
}

/** Judges every image, and plans what clears those that fail. Stores in `known` what the history goes on from. */
export async function judgeRunning(
  images: ScannedImages,
  check: Check | undefined,
  { inputs, context, rules }: { readonly inputs: Inputs; readonly context: RunContext; readonly rules: Rules },
  world: World,
): Promise<Verdict> {
  const { weighing, notes } = rules;
  const verdict = await judged(images, check, { inputs, context, weighing }, world);
  const weighed = withChanges(context.policy, weighing.changes(), weighing.notes());
  context.policy = weighed.policy;
  context.sboms = images.sboms;
  const tagNotes = unconfirmedTagNotes(
    images.scanned.map(({ outcome }) => outcome),
    context.policy.policy,
  );
  context.notes = [...notes, ...weighed.notes, ...images.notes, ...tagNotes];
  context.rescanned = images.scanned.flatMap(({ image, way }, at) => {
    const one = verdict.targets[at];
    return one === undefined ? [] : [{ ...image, way, verdict: one }];
  });
  return verdict;
}

async function judged(
  { scanned }: ScannedImages,
  checkVersions: Check | undefined,
  { inputs, context, weighing }: { readonly inputs: Inputs; readonly context: RunContext; readonly weighing: Weighing },
  world: World,
): Promise<Verdict> {
  const outcomes = scanned.map(({ outcome }) => outcomeHere(outcome));
  const { limits, ignoreUnfixed } = inputs;
  const { policy } = context.policy;
  const weights = await weighing.about(outcomes);
  const settings: JudgeSettings = { policy, limits, ignoreUnfixed, today: dayOf(context.now), ...weights };
  const check = checkVersions && ((asked: Parameters<Check>[0]) => checkVersions(asked, world));
  return addCommands(
    await planUpgrades(judge(outcomes, settings), { settings, weigh: weighing.about, check }, world),
    world,
  );
}

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
import type { Inputs } from "./inputs.ts";
import type { Known } from "./known.ts";
import { outcomeHere } from "./remedies.ts";

/** What images are judged by, beside the inputs. */
export interface Rules {
  readonly weighing: Weighing;
  readonly notes: readonly string[];
}

/** Scans versions that are not installed, for the plans of what to do. */
export type Check = NonNullable<Scanner["checkVersions"]>;

/** Loads the policy and the VEX documents, and begins to prepare what else weighs on findings. */
export async function loadRules(inputs: Inputs, known: Known, platform: Platform, world: World): Promise<Rules> {
  const source = ruleSource("workspace", known.access(), platform);
  known.policy = await loadPolicy(inputs.policy, source, dayOf(known.now), world);
  const { vex, offline } = inputs;
  const files = await loadRuleFiles({ vex, baseline: "none" }, source, known.policy.policy, world);
  const { policy, notes } = withChanges(known.policy, files.changes, files.notes);
  known.policy = policy;
  return { weighing: await beginWeighing(policy.policy, { ...files, offline, cache: known.cache }, world), notes };
}

/** Judges every image, and plans what clears those that fail. Stores in `known` what the history goes on from. */
export async function judgeRunning(
  images: ScannedImages,
  check: Check | undefined,
  { inputs, known, rules }: { readonly inputs: Inputs; readonly known: Known; readonly rules: Rules },
  world: World,
): Promise<Verdict> {
  const { weighing, notes } = rules;
  const verdict = await judged(images, check, { inputs, known, weighing }, world);
  const weighed = withChanges(known.policy, weighing.changes(), weighing.notes());
  known.policy = weighed.policy;
  known.sboms = images.sboms;
  const tagNotes = unconfirmedTagNotes(
    images.scanned.map(({ outcome }) => outcome),
    known.policy.policy,
  );
  known.notes = [...notes, ...weighed.notes, ...images.notes, ...tagNotes];
  known.rescanned = images.scanned.flatMap(({ image, way }, at) => {
    const one = verdict.targets[at];
    return one === undefined ? [] : [{ ...image, way, verdict: one }];
  });
  return verdict;
}

async function judged(
  { scanned }: ScannedImages,
  checkVersions: Check | undefined,
  { inputs, known, weighing }: { readonly inputs: Inputs; readonly known: Known; readonly weighing: Weighing },
  world: World,
): Promise<Verdict> {
  const outcomes = scanned.map(({ outcome }) => outcomeHere(outcome));
  const { limits, ignoreUnfixed } = inputs;
  const { policy } = known.policy;
  const weights = await weighing.about(outcomes);
  const settings: JudgeSettings = { policy, limits, ignoreUnfixed, today: dayOf(known.now), ...weights };
  const check = checkVersions && ((asked: Parameters<Check>[0]) => checkVersions(asked, world));
  return addCommands(
    await planUpgrades(judge(outcomes, settings), { settings, weigh: weighing.about, check }, world),
    world,
  );
}

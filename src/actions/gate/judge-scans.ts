import { dayOf } from "../../domain/dates.ts";
import { claimNotes, unconfirmedTagNotes } from "../../domain/judge/claimed-names.ts";
import { judge } from "../../domain/judge/judge.ts";
import { choiceNotes } from "../../domain/opinions/choice.ts";
import { checkedBy } from "../../domain/upgrade/version-question.ts";
import type { Verdict } from "../../domain/verdict.ts";
import type { Scans } from "../../scan/scans.ts";
import type { Attributed } from "../../steps/attribute.ts";
import type { Weighing } from "../../steps/enrich.ts";
import { type LoadedPolicy, withChanges } from "../../steps/load-policy.ts";
import { planUpgrades } from "../../steps/plan-upgrades.ts";
import type { RuleFiles } from "../../steps/rule-files.ts";
import type { World } from "../../system/world.ts";
import type { GateRun } from "./gate-run.ts";
import type { Inputs } from "./inputs.ts";

/** The policy, with the changes of the files that count as part of it, and what was read from these files. */
export interface Rules extends Pick<RuleFiles, "vex" | "readHubs" | "baseline" | "notes"> {
  readonly policy: LoadedPolicy;
}

/** What judging needs besides the scans. */
interface Judging {
  readonly inputs: Inputs;
  readonly run: GateRun;
  readonly rules: Rules;
  readonly weighing: Weighing;
  readonly match: Scans["match"];
}

/** Judges the scans by the rules, and plans upgrades for the targets that fail. */
export async function judgeScans(attributed: Attributed, judging: Judging, world: World): Promise<Verdict> {
  const { outcomes, forJudging, forView } = attributed;
  const { inputs, run, rules, weighing, match } = judging;
  const { limits, ignoreUnfixed } = inputs;
  const { policy } = rules.policy;
  const weights = await weighing.about(outcomes);
  const settings = { policy, limits, ignoreUnfixed, today: dayOf(run.now), ...forJudging, ...weights };
  const verdict = judge(outcomes, settings);
  const weighed = withChanges(rules.policy, weighing.changes(), weighing.notes());
  const nameNotes = [
    ...claimNotes(outcomes, policy),
    ...unconfirmedTagNotes(outcomes, policy),
    ...choiceNotes(outcomes, policy),
  ];
  run.policy = weighed.policy;
  run.around = { ...forView, notes: [...rules.notes, ...weighed.notes, ...nameNotes] };
  const planning = {
    settings,
    weigh: weighing.about,
    check: match && checkedBy(match),
    bases: forView.bases,
  };
  return planUpgrades(verdict, planning, world);
}

import { dayOf } from "../domain/dates.ts";
import { unconfirmedTagNotes } from "../domain/judge/claimed-names.ts";
import { type JudgeSettings, judge, type ScanOutcome } from "../domain/judge/judge.ts";
import { choiceNotes } from "../domain/opinions/choice.ts";
import type { Match } from "../domain/packages/package-list.ts";
import { checkedBy } from "../domain/upgrade/check.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { World } from "../system/world.ts";
import { withChanges } from "./load-policy.ts";
import type { JudgingRun, Rules } from "./load-rules.ts";
import { type PlanSources, planUpgrades } from "./plan-upgrades.ts";

/** The rules and facts that scans are judged by. */
export interface Judging extends Pick<PlanSources, "bases"> {
  readonly rules: Rules;
  readonly run: JudgingRun;
  readonly inputs: Pick<JudgeSettings, "limits" | "ignoreUnfixed">;
  /** The known facts about the findings beyond the scans. */
  readonly known?: Pick<JudgeSettings, "changes" | "unsettled" | "origins">;
  /** Looks up versions that are not installed, for the fix plans. */
  readonly match: Match | undefined;
}

/**
 * Judges the scans by the rules, and plans upgrades for the targets that fail.
 * @returns with all notes of the rules
 */
export async function judgeScans(
  outcomes: readonly ScanOutcome[],
  { rules, run, inputs: { limits, ignoreUnfixed }, known, match, bases }: Judging,
  world: World,
): Promise<{ readonly verdict: Verdict; readonly notes: readonly string[] }> {
  const { weighing } = rules;
  const { policy } = rules.policy;
  const weights = await weighing.about(outcomes);
  const settings = { policy, limits, ignoreUnfixed, today: dayOf(run.now), ...known, ...weights };
  const verdict = judge(outcomes, settings);
  const weighed = withChanges(rules.policy, weighing.changes(), weighing.notes());
  run.policy = weighed.policy;
  const notes = [
    ...rules.notes,
    ...weighed.notes,
    ...unconfirmedTagNotes(outcomes, policy),
    ...choiceNotes(outcomes, policy),
  ];
  const planning = { settings, weigh: weighing.about, check: match && checkedBy(match), bases };
  return { verdict: await planUpgrades(verdict, planning, world), notes };
}

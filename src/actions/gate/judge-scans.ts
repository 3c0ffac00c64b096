import { claimNotes } from "../../domain/judge/claimed-names.ts";
import type { Verdict } from "../../domain/verdict.ts";
import type { Attributed } from "../../steps/attribute.ts";
import { type Judging, judgeScans } from "../../steps/judge-scans.ts";
import type { World } from "../../system/world.ts";
import type { GateRun } from "./gate-run.ts";

/** Judges the scans with the facts that were gathered alongside them. */
export async function judgeAttributed(
  { outcomes, forJudging, forView }: Attributed,
  judging: Judging & { readonly run: GateRun },
  world: World,
): Promise<Verdict> {
  const means = { ...judging, known: forJudging, bases: forView.bases };
  const { verdict, notes } = await judgeScans(outcomes, means, world);
  judging.run.around = { ...forView, notes: [...notes, ...claimNotes(outcomes, judging.rules.policy.policy)] };
  return verdict;
}

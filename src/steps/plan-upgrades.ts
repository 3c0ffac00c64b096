import type { BaseReport } from "../domain/image/base-image.ts";
import type { Target } from "../domain/target.ts";
import { makePlan } from "../domain/upgrade/make-plan.ts";
import type { TargetVerdict, Verdict } from "../domain/verdict.ts";

/** What the plans are made with, beside the verdict. */
export interface PlanSources {
  /** What is known about the base images of the targets. */
  readonly bases?: ReadonlyMap<Target, BaseReport> | undefined;
}

/** Adds a plan to every target that fails. The answer stays the same. */
export async function planUpgrades(verdict: Verdict, { bases }: PlanSources): Promise<Verdict> {
  if (verdict.answer === "pass") return verdict;
  const withPlan = (target: TargetVerdict): TargetVerdict =>
    target.answer === "fail"
      ? {
          ...target,
          plan: makePlan(target, { base: bases?.get(target.target), unproven: "the versions were not scanned" }),
        }
      : target;
  return { ...verdict, targets: verdict.targets.map(withPlan) };
}

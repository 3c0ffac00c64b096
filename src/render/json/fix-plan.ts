import type { Step, Upgrade } from "../../domain/fix-plan.ts";
import { planStep, upgrade } from "../../domain/report/plan-schema.ts";
import type { Report } from "../../domain/report/schema.ts";
import { split } from "../../domain/rows/groups.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { stepText, upgradeText } from "../story/plan.ts";
import { fieldsOf } from "./fields.ts";

type ReportedStep = NonNullable<Report["plan"]>[number];

const stepFields = fieldsOf(planStep);
const upgradeFields = fieldsOf(upgrade);
const enoughFields = fieldsOf(planStep.shape.enough.unwrap());

/** The fix plans of all targets for the report, in full. */
export function reportedPlan(targets: readonly TargetVerdict[]): ReportedStep[] {
  return targets.flatMap((verdict, target) =>
    verdict.answer === "error" ? [] : split(verdict).plan.steps.map((step) => reportedStep(step, target)),
  );
}

function reportedUpgrade(of: Upgrade): NonNullable<ReportedStep["upgrades"]>[number] {
  const { alternatives, layer, paths, chains } = of;
  return {
    ...upgradeFields(of),
    alternatives: filled(alternatives),
    text: upgradeText(of),
    layer: layer?.diffId,
    paths: filled(paths),
    chains: filled(chains),
  };
}

function reportedStep(step: Step, target: number): ReportedStep {
  const common = { target, text: stepText(step), exploited: step.exploited || undefined };
  if (step.kind === "secret") {
    const places = step.places.map(({ path, line, layer }) => ({ path, line, layer: layer?.diffId }));
    return { ...stepFields(step), ...common, places };
  }
  const more = {
    ...common,
    upgrades: filled(step.members.map(reportedUpgrade)),
    mayStay: filled(step.mayStay?.ids ?? []),
  };
  return step.kind === "base"
    ? { ...stepFields(step), ...more, rebuildOn: step.newer?.reference }
    : { ...stepFields(step), ...more, enough: step.enough && enoughFields(step.enough) };
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

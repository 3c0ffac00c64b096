import type { Step, Upgrade } from "../../domain/fix-plan.ts";
import type { Report } from "../../domain/report/schema.ts";
import { split } from "../../domain/rows/groups.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { stepText, upgradeText } from "../story/plan-lines.ts";

type ReportedStep = NonNullable<Report["plan"]>[number];
type ReportedUpgrade = NonNullable<ReportedStep["upgrades"]>[number];

/** The fix plans of all targets for the report, in full. */
export function reportedPlan(targets: readonly TargetVerdict[]): ReportedStep[] {
  return targets.flatMap((verdict, target) =>
    verdict.answer === "error" ? [] : split(verdict).plan.steps.map((step) => reportedStep(step, target)),
  );
}

function reportedUpgrade(upgrade: Upgrade): ReportedUpgrade {
  const { package: name, type, from, to, clears, ids, owner, layer } = upgrade;
  return {
    package: name,
    type,
    from,
    to,
    alternatives: filled(upgrade.alternatives),
    clears,
    text: upgradeText(upgrade),
    ids,
    owner,
    layer: layer?.diffId,
    paths: filled(upgrade.paths),
    chains: filled(upgrade.chains),
  };
}

function reportedStep(step: Step, target: number): ReportedStep {
  const { kind, clears, ids, exploited, epss } = step;
  const common = { target, kind, text: stepText(step), clears, ids, exploited: exploited || undefined, epss };
  if (step.kind === "secret") {
    const places = step.places.map(({ path, line, layer }) => ({ path, line, layer: layer?.diffId }));
    return { ...common, places };
  }
  const upgrades = filled(step.members.map(reportedUpgrade));
  const { check, command } = step;
  const mayStay = filled(step.mayStay?.ids ?? []);
  if (step.kind === "base") return { ...common, upgrades, rebuildOn: step.newer?.reference, mayStay, check, command };
  const { family, to, line } = step;
  const enough = step.enough && { version: step.enough.version, clears: step.enough.clears, of: step.enough.of };
  return { ...common, upgrades, family, to, enough, mayStay, check, command, line };
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

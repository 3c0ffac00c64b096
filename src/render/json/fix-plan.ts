import type { Layer } from "../../domain/finding.ts";
import { type Step, type Upgrade, upgradesIn } from "../../domain/fix-plan.ts";
import type { Report } from "../../domain/report/schema.ts";
import { split } from "../../domain/rows/groups.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { stepText, upgradeText } from "../sections/plan-lines.ts";

type ReportedUpgrade = NonNullable<Report["upgrades"]>[number];
type ReportedStep = NonNullable<Report["plan"]>[number];

/** The index of each of a target's layers in the report. */
type Layers = ReadonlyMap<Layer, number>;

/** The fix plans of all targets for the report, in full. */
export function reportedPlans(
  targets: readonly TargetVerdict[],
  layersOf: (target: number) => Layers,
): { readonly plan: ReportedStep[]; readonly upgrades: ReportedUpgrade[] } {
  const plan: ReportedStep[] = [];
  const upgrades: ReportedUpgrade[] = [];
  for (const [target, verdict] of targets.entries()) {
    if (verdict.answer === "error") continue;
    const { steps } = split(verdict).plan;
    const layers = layersOf(target);
    const indexes = new Map<Upgrade, number>();
    for (const upgrade of upgradesIn({ steps })) {
      indexes.set(upgrade, upgrades.length);
      upgrades.push(reportedUpgrade(upgrade, target, layers));
    }
    for (const step of steps) plan.push(reportedStep(step, target, layers, indexes));
  }
  return { plan, upgrades };
}

function reportedUpgrade(upgrade: Upgrade, target: number, layers: Layers): ReportedUpgrade {
  const { package: name, type, from, to, clears, ids, owner, layer } = upgrade;
  return {
    target,
    package: name,
    type,
    from,
    to,
    alternatives: filled(upgrade.alternatives),
    clears,
    text: upgradeText(upgrade),
    ids,
    owner,
    layer: layer && layers.get(layer),
    paths: filled(upgrade.paths),
    chains: filled(upgrade.chains),
  };
}

function reportedStep(step: Step, target: number, layers: Layers, indexes: ReadonlyMap<Upgrade, number>): ReportedStep {
  const { kind, clears, ids, exploited, epss } = step;
  const common = { target, kind, text: stepText(step), clears, ids, exploited: exploited || undefined, epss };
  if (step.kind === "secret") {
    const places = step.places.map(({ path, line, layer }) => ({ path, line, layer: layer && layers.get(layer) }));
    return { ...common, places };
  }
  const upgrades = filled(step.members.map((each) => indexes.get(each) ?? -1));
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

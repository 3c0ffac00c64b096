import type { Layer } from "../../domain/finding.ts";
import type { Upgrade } from "../../domain/upgrade/upgrades.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { split } from "../shared/finding-groups.ts";
import { upgradeText } from "../shared/upgrades.ts";
import type { Report } from "./schema.ts";

type ReportedUpgrade = NonNullable<Report["upgrades"]>[number];

/**
 * The fix plan of one target for the report, uncut.
 * @param target the target's index
 * @param layers where the target's layers stand in the report
 */
export function reportedUpgrades(
  verdict: TargetVerdict,
  target: number,
  layers: ReadonlyMap<Layer, number>,
): ReportedUpgrade[] {
  if (verdict.answer === "error") return [];
  return split(verdict).plan.upgrades.map((upgrade) => reported(upgrade, target, layers));
}

function reported(upgrade: Upgrade, target: number, layers: ReadonlyMap<Layer, number>): ReportedUpgrade {
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
    ids: [...ids],
    owner,
    layer: layer && layers.get(layer),
    paths: filled(upgrade.paths),
    chains: filled(upgrade.chains.map((chain) => ({ ...chain, packages: [...chain.packages] }))),
  };
}

function filled<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : [...list];
}

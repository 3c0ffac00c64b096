import type { BaseReport } from "../image/base-image.ts";
import { type Exploitation, failing, type JudgedTarget } from "../verdict.ts";
import type { Plan, UpgradeStep, Weight } from "./plan.ts";
import { planUpgrades, type Upgrade } from "./upgrades.ts";

/** What is known about a target apart from its findings. */
export interface PlanFacts {
  /** The image that the target was built on. */
  readonly base?: BaseReport | undefined;
  /** Why the advised versions were not scanned, a clause. */
  readonly unproven: string;
}

/** What is known about attacks that use an advisory. */
type Attacks = ReadonlyMap<string, Exploitation | undefined>;

/** What to do about a target's failing findings. */
export function makePlan(target: JudgedTarget, { unproven }: PlanFacts): Plan {
  const fails = failing(target);
  const { upgrades, noFix } = planUpgrades(
    fails.map((judged) => judged.finding),
    target.scan.packages,
  );
  const attacks: Attacks = new Map(fails.map(({ finding, exploitation }) => [finding.id, exploitation]));
  return { steps: upgrades.map((upgrade) => stepOf(upgrade, attacks)), noFix, proof: { unproven } };
}

function stepOf(upgrade: Upgrade, attacks: Attacks): UpgradeStep {
  const { to, alternatives } = upgrade;
  return { kind: "upgrade", members: [upgrade], to, alternatives, ...weightOf(upgrade, attacks) };
}

function weightOf({ clears, ids, bySeverity }: Upgrade, attacks: Attacks): Weight {
  const known = ids.map((id) => attacks.get(id));
  const scores = known.flatMap((exploitation) => exploitation?.epss ?? []);
  return {
    clears,
    ids,
    bySeverity,
    exploited: known.filter((exploitation) => exploitation?.kev !== undefined).length,
    ...(scores.length > 0 && { epss: scores.reduce((a, b) => Math.max(a, b)) }),
  };
}

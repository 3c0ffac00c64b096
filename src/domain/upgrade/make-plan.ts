import type { BaseReport } from "../image/base-image.ts";
import { failing, type JudgedFinding, type JudgedTarget } from "../verdict.ts";
import { baseStep } from "./base-step.ts";
import { type Decision, decisionsOf } from "./decisions.ts";
import { inOrder } from "./order.ts";
import type { Plan, UpgradeStep } from "./plan.ts";
import { secretSteps } from "./secrets.ts";
import { planUpgrades, type Upgrade } from "./upgrades.ts";
import { type Attacks, attacksOn, sumOf, weightOf } from "./weight.ts";

/** What is known about a target apart from its findings. */
export interface PlanFacts {
  /** The image that the target was built on. */
  readonly base?: BaseReport | undefined;
  /** Why the advised versions were not scanned, a clause. */
  readonly unproven: string;
}

/** What to do about a target's failing findings. */
export function makePlan(target: JudgedTarget, { base, unproven }: PlanFacts): Plan {
  const fails = failing(target);
  const attacks = attacksOn(fails);
  const { packages } = target.scan;
  const ofBase = fails.filter(isOfBase);
  const { upgrades, noFix } = planUpgrades(findingsOf(fails.filter((judged) => !isOfBase(judged))), packages);
  const rebuild = baseStep(ofBase, { base, packages, attacks });
  const steps = [
    ...decisionsOf(upgrades, packages).map((decision) => stepOf(decision, attacks)),
    ...(rebuild.step === undefined ? [] : [rebuild.step]),
    ...secretSteps(fails),
  ];
  return { steps: inOrder(steps, target), noFix: [...noFix, ...rebuild.noFix], proof: { unproven } };
}

function isOfBase({ finding, origin }: JudgedFinding): boolean {
  return origin === "base" && finding.kind === "vulnerability";
}

function findingsOf(judged: readonly JudgedFinding[]) {
  return judged.map(({ finding }) => finding);
}

function stepOf({ family, members }: Decision<Upgrade>, attacks: Attacks): UpgradeStep {
  const versions = [...new Set(members.map(({ to }) => to))];
  return {
    kind: "upgrade",
    members,
    ...(family && { family }),
    to: versions.length === 1 ? versions[0] : undefined,
    alternatives: members.length === 1 ? members[0].alternatives : [],
    ...weightOf(sumOf(members), attacks),
  };
}

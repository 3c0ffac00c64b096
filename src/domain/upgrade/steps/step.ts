import type { Upgrade, UpgradeStep } from "../../fix-plan.ts";
import type { Decision } from "../decisions.ts";
import { type Attacks, sumOf, weightOf } from "./weight.ts";

/** The step that a decision about upgrades becomes. */
export function stepOf({ family, members }: Decision<Upgrade>, attacks: Attacks): UpgradeStep {
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

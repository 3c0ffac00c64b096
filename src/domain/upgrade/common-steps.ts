import type { Plan, Step } from "../fix-plan.ts";

/** One decision that several targets need. */
export interface CommonStep {
  /** As the first of the targets has it. */
  readonly step: Step;
  /** Indexes into the plans. */
  readonly targets: readonly number[];
}

/**
 * The steps that at least two plans have, those of the most plans first. Secrets are never the same: each place is its
 * own.
 */
export function commonSteps(plans: readonly Pick<Plan, "steps">[]): CommonStep[] {
  const found = new Map<string, { readonly step: Step; readonly targets: Set<number> }>();
  for (const [target, { steps }] of plans.entries())
    for (const step of steps) {
      const key = keyOf(step);
      if (key === undefined) continue;
      const known = found.get(key);
      if (known === undefined) found.set(key, { step, targets: new Set([target]) });
      else known.targets.add(target);
    }
  return [...found.values()]
    .filter(({ targets }) => targets.size > 1)
    .map(({ step, targets }) => ({ step, targets: [...targets] }))
    .sort((a, b) => b.targets.length - a.targets.length);
}

/** Equal for the same decision in two targets, wherever the package lies in them. */
function keyOf(step: Step): string | undefined {
  switch (step.kind) {
    case "secret":
      return undefined;
    case "base":
      return step.newer === undefined && step.reference === undefined
        ? undefined
        : JSON.stringify(["base", step.newer?.reference ?? step.reference]);
    default: {
      const { members, family, to } = step;
      const [first] = members;
      const versions = to === undefined ? members.map((each) => [each.package, each.to]) : to;
      return JSON.stringify(["upgrade", first?.type, family?.name ?? first?.package, versions]);
    }
  }
}

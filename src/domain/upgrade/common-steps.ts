import { unique } from "../collections.ts";
import type { Plan, Step } from "../fix-plan.ts";

/**
 * The steps that at least two plans have, those of the most plans first. Secrets are never the same: each place is its
 * own.
 * @returns each as the first of the targets has it, with the indexes of the plans
 */
export function commonSteps(plans: readonly Pick<Plan, "steps">[]) {
  const all = plans.flatMap(({ steps }, target) => steps.map((step) => ({ step, target, key: keyOf(step) })));
  const { undefined: _, ...alike } = Object.groupBy(all, ({ key }) => `${key}`);
  return Object.values(alike)
    .flatMap((same = []) =>
      same.slice(0, 1).map(({ step }) => ({ step, targets: unique(same.map(({ target }) => target)) })),
    )
    .filter(({ targets }) => targets.length > 1)
    .sort((a, b) => b.targets.length - a.targets.length);
}

/** Equal for the same decision in two targets, wherever the package lies in them. */
function keyOf(step: Step): string | undefined {
  if (step.kind === "secret") return undefined;
  if (step.kind === "base") {
    const base = step.newer?.reference ?? step.reference;
    return base === undefined ? undefined : JSON.stringify(["base", base]);
  }
  const { members, family, to } = step;
  const [first] = members;
  const versions = to === undefined ? members.map((each) => [each.package, each.to]) : to;
  return JSON.stringify(["upgrade", first?.type, family?.name ?? first?.package, versions]);
}

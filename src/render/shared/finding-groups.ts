import { makePlan } from "../../domain/upgrade/make-plan.ts";
import type { Plan } from "../../domain/upgrade/plan.ts";
import { breaks, failing, type JudgedFinding, type JudgedTarget } from "../../domain/verdict.ts";
import { newFirst } from "./change.ts";

/** A target's findings, grouped by what a reader has to do about them. Each group has the most severe first. */
export interface Split {
  /** Open and over a limit. */
  readonly failing: readonly JudgedFinding[];
  /** Open and within the limits. */
  readonly within: readonly JudgedFinding[];
  readonly notCounted: readonly JudgedFinding[];
  readonly accepted: readonly JudgedFinding[];
  /** What to do about the failing findings. */
  readonly plan: Plan;
}

/** The comment, the summary and the log ask for the same groups, and a target never changes. */
const KNOWN = new WeakMap<JudgedTarget, Split>();

/** Groups a target's findings: failing, within the limits, not counted, accepted. */
export function split(target: JudgedTarget): Split {
  const known = KNOWN.get(target);
  if (known !== undefined) return known;
  const findings = newFirst(target.findings);
  const fails = failing({ ...target, findings });
  const isFailing = breaks(target);
  const made: Split = {
    failing: fails,
    within: findings.filter((f) => f.outcome === "open" && !isFailing(f)),
    notCounted: findings.filter((f) => f.outcome === "not-counted"),
    accepted: findings.filter((f) => f.outcome === "accepted"),
    plan: target.plan ?? makePlan(target, { unproven: "the versions were not scanned" }),
  };
  KNOWN.set(target, made);
  return made;
}

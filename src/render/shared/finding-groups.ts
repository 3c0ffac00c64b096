import type { Plan } from "../../domain/fix-plan.ts";
import { severityRank } from "../../domain/severity.ts";
import { makePlan } from "../../domain/upgrade/steps/make-plan.ts";
import { breaks, failing, type JudgedFinding, type JudgedTarget } from "../../domain/verdict.ts";
import { newFirst } from "./change.ts";
import { type PackageRow, packageRows } from "./package-rows.ts";

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

/** The same groups as rows of packages. */
export interface SplitRows {
  /** New with the change and open: failing or within the limits. Reviewers come for these. */
  readonly fresh: readonly PackageRow[];
  /** Without those that are new. */
  readonly failing: readonly PackageRow[];
  readonly within: readonly PackageRow[];
}

const KNOWN_ROWS = new WeakMap<JudgedTarget, SplitRows>();

/** Groups a target's open findings by package and place. */
export function splitRows(target: JudgedTarget): SplitRows {
  const known = KNOWN_ROWS.get(target);
  if (known !== undefined) return known;
  const { failing: fails, within } = split(target);
  const rowsOf = (findings: readonly JudgedFinding[]) => packageRows(findings, target.scan.packages);
  const isOld = (judged: JudgedFinding) => !isNew(judged);
  const made: SplitRows = {
    fresh: rowsOf([...fails, ...within].filter(isNew).sort(bySeverity)),
    failing: rowsOf(fails.filter(isOld)),
    within: rowsOf(within.filter(isOld)),
  };
  KNOWN_ROWS.set(target, made);
  return made;
}

function bySeverity(a: JudgedFinding, b: JudgedFinding): number {
  return severityRank(a.finding.severity) - severityRank(b.finding.severity);
}

/** Whether the change brought the finding in. */
export function isNew({ change }: JudgedFinding): boolean {
  return change === "new";
}

import type { Plan } from "../fix-plan.ts";
import { oncePer } from "../memoize.ts";
import { severityRank } from "../severity.ts";
import {
  breaks,
  compareAnswers,
  type Exempted,
  type JudgedFinding,
  type JudgedTarget,
  type TargetVerdict,
} from "../verdict.ts";
import { type PackageRow, packageRows } from "./package-rows.ts";
import { type RowFix, rowFixes } from "./row-fix.ts";

const NO_PLAN: Plan = { steps: [], noFix: [], advised: { versions: 0, scanned: 0, reasons: [] } };

/**
 * A target's findings, grouped by what a reader has to do about them: those that fail and those within the limits are
 * open. Each group has the most severe first. The plan is without steps if none was made.
 */
export const split = oncePer((target: JudgedTarget) => {
  const isFailing = breaks(target);
  const failing: JudgedFinding[] = [];
  const within: JudgedFinding[] = [];
  const notCounted: JudgedFinding[] = [];
  const accepted: JudgedFinding[] = [];
  // `Object.groupBy` takes three times as long.
  for (const judged of target.findings) {
    if (judged.outcome === "open") (isFailing(judged) ? failing : within).push(judged);
    else (judged.outcome === "accepted" ? accepted : notCounted).push(judged);
  }
  return { failing, within, notCounted, accepted, plan: target.plan ?? NO_PLAN };
});

const ORDER: readonly Exempted[] = ["not-agreed", "not-introduced", "grace", "unfixed"];

/** The same groups as rows of packages. */
export const splitRows = oncePer((target: JudgedTarget) => {
  const { failing: fails, within, notCounted, plan } = split(target);
  const rowsOf = (findings: readonly JudgedFinding[]) => packageRows(findings, target.scan.packages);
  const fresh = [fails, within].flatMap((open) => open.filter(isNew)).sort(bySeverity);
  const old = (open: readonly JudgedFinding[]) => (fresh.length === 0 ? open : open.filter((judged) => !isNew(judged)));
  const reasons = Map.groupBy(notCounted, ({ spared = "unfixed" }) => spared);
  return {
    /** New with the change and open: failing or within the limits. Reviewers come for these. */
    fresh: rowsOf(fresh),
    /** Without those that are new. */
    failing: rowsOf(old(fails)),
    within: rowsOf(old(within)),
    /** By the reason. */
    notCounted: [...reasons]
      .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
      .map(([spared, found]) => ({ spared, rows: rowsOf(found) })),
    /** What clears the findings of each of these rows. */
    fixes: rowFixes(plan),
  };
});

/** A row of packages with what clears its findings. */
export interface FixedRow {
  readonly row: PackageRow;
  readonly fix: RowFix | undefined;
}

/** All findings of a target as rows of packages, whatever became of them, what matters most first. */
export function everyRow(target: JudgedTarget): FixedRow[] {
  const fixOf = rowFixes(split(target).plan);
  return packageRows(target.findings, target.scan.packages).map((row) => ({ row, fix: fixOf(row) }));
}

function bySeverity(a: JudgedFinding, b: JudgedFinding): number {
  return severityRank(a.finding.severity) - severityRank(b.finding.severity);
}

/** True if the change brought the finding in. */
function isNew({ change }: JudgedFinding): boolean {
  return change === "new";
}

/** The targets, the worst answers first. Targets with the same answer keep their order. */
export function worstFirst(targets: readonly TargetVerdict[]): TargetVerdict[] {
  return targets.toSorted((a, b) => compareAnswers(a.answer, b.answer));
}

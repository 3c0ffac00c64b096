import type { Plan } from "../fix-plan.ts";
import { oncePer } from "../memoize.ts";
import { severityRank } from "../severity.ts";
import {
  breaks,
  compareAnswers,
  type Exemption,
  type JudgedFinding,
  type JudgedTarget,
  type TargetVerdict,
} from "../verdict.ts";
import { packageRows } from "./package-rows.ts";
import { rowFixes } from "./row-fix.ts";

const NO_PLAN: Plan = { steps: [], noFix: [], advised: { versions: 0, scanned: 0, reasons: [] } };

/**
 * A target's findings, grouped by the action they need: failing findings and those within the limits are open. Each
 * group has the most severe first. Without a plan, the list of steps is empty.
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

const ORDER: readonly Exemption[] = ["not-agreed", "not-introduced", "grace", "unfixed"];

/** The same groups as rows of packages. */
export const splitRows = oncePer((target: JudgedTarget) => {
  const { failing: fails, within, notCounted, plan } = split(target);
  const rowsOf = (findings: readonly JudgedFinding[]) => packageRows(findings, target.scan.packages);
  const fresh = [fails, within].flatMap((open) => open.filter(isNew)).sort(bySeverity);
  const old = (open: readonly JudgedFinding[]) => (fresh.length === 0 ? open : open.filter((judged) => !isNew(judged)));
  const reasons = Map.groupBy(notCounted, ({ spared = "unfixed" }) => spared);
  return {
    /** Open findings that are new with the change, failing or within the limits: most relevant for a reviewer. */
    fresh: rowsOf(fresh),
    /** Without the new ones. */
    failing: rowsOf(old(fails)),
    within: rowsOf(old(within)),
    /** Grouped by reason. */
    notCounted: [...reasons]
      .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
      .map(([spared, found]) => ({ spared, rows: rowsOf(found) })),
    /** The fixes for the findings of each of these rows. */
    fixes: rowFixes(plan),
  };
});

/** A row of packages with the fix for its findings. */
export type FixedRow = ReturnType<typeof everyRow>[number];

/** All findings of a target, of any outcome, as rows of packages, the most important first. */
export function everyRow(target: JudgedTarget) {
  const fixOf = rowFixes(split(target).plan);
  return packageRows(target.findings, target.scan.packages).map((row) => ({ row, fix: fixOf(row) }));
}

function bySeverity(a: JudgedFinding, b: JudgedFinding): number {
  return severityRank(a.finding.severity) - severityRank(b.finding.severity);
}

/** True if the change introduced the finding. */
function isNew({ change }: JudgedFinding): boolean {
  return change === "new";
}

/** The targets, the worst answers first. Targets with the same answer keep their order. */
export function worstFirst(targets: readonly TargetVerdict[]): TargetVerdict[] {
  return targets.toSorted((a, b) => compareAnswers(a.answer, b.answer));
}

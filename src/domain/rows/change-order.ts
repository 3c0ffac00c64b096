import { severityRank } from "../severity.ts";
import type { Change, JudgedFinding } from "../verdict.ts";

const RANK: Readonly<Record<Change, number>> = { new: 0, "newly-disclosed": 1, unchanged: 2 };

/** Within a severity, puts first what attackers use; within that, what is new, then what is newly disclosed. */
export function newFirst(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  if (!findings.some(({ change }) => change === "new" || change === "newly-disclosed")) return findings;
  return [...findings].sort((a, b) => rankOf(a) - rankOf(b));
}

/** 0 for what is new with the change, 1 for what is newly disclosed, 2 for all else. */
export function changeRank(change: Change | undefined): number {
  return change === undefined ? RANK.unchanged : RANK[change];
}

function rankOf({ finding, exploitation, change }: JudgedFinding): number {
  const attacked = exploitation?.kev === undefined ? 1 : 0;
  return (severityRank(finding.severity) * 2 + attacked) * 3 + changeRank(change);
}

import { severityRank } from "../../domain/severity.ts";
import type { Change, JudgedFinding } from "../../domain/verdict.ts";

const MARKS: Readonly<Partial<Record<Change, string>>> = {
  new: "**new**",
  "newly-disclosed": "newly disclosed",
};

/** A cell with what the change made of the finding; what is unchanged needs no mark. */
export function withChange(change: Change | undefined, cell: string): string {
  const mark = change === undefined ? undefined : MARKS[change];
  return mark === undefined ? cell : `${cell}<br>${mark}`;
}

const RANK: Readonly<Record<Change, number>> = { new: 0, "newly-disclosed": 1, unchanged: 2 };

/** Within a severity, and there behind what attackers use, what is new comes first; all else stays in its order. */
export function newFirst(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  if (!findings.some(({ change }) => change === "new" || change === "newly-disclosed")) return findings;
  return [...findings].sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ finding, exploitation, change }: JudgedFinding): number {
  const attacked = exploitation?.kev === undefined ? 1 : 0;
  return (severityRank(finding.severity) * 2 + attacked) * 3 + (change === undefined ? RANK.unchanged : RANK[change]);
}

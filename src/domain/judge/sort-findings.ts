import { severityRank } from "../severity.ts";
import type { Change, JudgedFinding } from "../verdict.ts";
import { compareText } from "../versions/order.ts";

const RANK: Readonly<Record<Change, number>> = { new: 0, "newly-disclosed": 1, unchanged: 2 };

/** 0 for findings that are new with the change, 1 for newly disclosed ones, 2 for all others. */
export function changeRank(change: Change = "unchanged"): number {
  return RANK[change];
}

/**
 * Sorts the most severe first, then exploited, new, newly disclosed and likely exploited ones, then by package,
 * advisory and path. Compares code units, so the order is the same on every machine.
 */
export function sortFindings(findings: readonly JudgedFinding[]): JudgedFinding[] {
  const attacked = ({ exploitation }: JudgedFinding) => (exploitation?.kev === undefined ? 1 : 0);
  return findings.toSorted((one, other) => {
    const [a, b] = [one.finding, other.finding];
    return (
      severityRank(a.severity) - severityRank(b.severity) ||
      attacked(one) - attacked(other) ||
      changeRank(one.change) - changeRank(other.change) ||
      (other.exploitation?.epss ?? 0) - (one.exploitation?.epss ?? 0) ||
      compareText(a.package?.name ?? "", b.package?.name ?? "") ||
      compareText(a.id, b.id) ||
      compareText(a.path ?? "", b.path ?? "")
    );
  });
}

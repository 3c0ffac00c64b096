import type { Finding } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { severityRank } from "../severity.ts";
import type { Exploitation } from "../verdict.ts";
import { compareText } from "../versions/order.ts";

/**
 * Sorts the most severe first, then known exploited ones, then likely exploited ones (if such data are known), then by
 * package, advisory and path. Compares code units, so the order is the same on every machine.
 */
export function sortFindings(
  findings: readonly Finding[],
  exploits?: (advisoryId: string) => Exploitation | undefined,
): Finding[] {
  const weightOf = memoize((id) => {
    const known = exploits?.(id);
    return (known?.kev === undefined ? 0 : -2) - (known?.epss ?? 0);
  });
  const weight = ({ kind, id }: Finding) => (kind === "vulnerability" ? weightOf(id) : 0);
  return findings.toSorted(
    (a, b) =>
      severityRank(a.severity) - severityRank(b.severity) ||
      weight(a) - weight(b) ||
      compareText(a.package?.name ?? "", b.package?.name ?? "") ||
      compareText(a.id, b.id) ||
      compareText(a.path ?? "", b.path ?? ""),
  );
}

import type { Finding } from "./finding.ts";
import { SEVERITIES, severityRank } from "./severity.ts";

/**
 * Most severe first, then by package, advisory and path. Compares code units: the same on every machine, and cheap.
 * Grouped before it is sorted, as a large image has few packages for its findings.
 */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const bySeverity = Map.groupBy(findings, (finding) => severityRank(finding.severity));
  return SEVERITIES.flatMap((_, rank) => {
    const byPackage = Map.groupBy(bySeverity.get(rank) ?? [], (finding) => finding.package?.name ?? "");
    const names = [...byPackage.keys()].sort(compareText);
    return names.flatMap((name) => byPackage.get(name)?.sort(byAdvisory) ?? []);
  });
}

function byAdvisory(a: Finding, b: Finding): number {
  return compareText(a.id, b.id) || compareText(a.path ?? "", b.path ?? "");
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

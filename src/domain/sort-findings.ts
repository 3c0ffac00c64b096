import type { Finding } from "./finding.ts";
import { severityRank } from "./severity.ts";

/** Most severe first, then by package, advisory and path. Compares code units: the same on every machine, and cheap. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      severityRank(a.severity) - severityRank(b.severity) ||
      compareText(a.package?.name ?? "", b.package?.name ?? "") ||
      compareText(a.id, b.id) ||
      compareText(a.path ?? "", b.path ?? ""),
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

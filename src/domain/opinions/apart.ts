import type { Finding } from "../finding.ts";
import { severityRank } from "../severity.ts";
import { compareText } from "../versions/order.ts";

/**
 * Scanners may name the place of one package so differently that what they see of one advisory stays apart. None of
 * them has missed it then. So a row counts as agreed on if every scanner that it lacks has a row of its own on the
 * advisory. That is the most severe one; the others stay as they are. Never more rows are agreed on than any of the
 * scanners has.
 * @param findings about one package in one version
 */
export function withoutMissedApart(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings;
  const missed = findings.filter(({ missedBy }) => missedBy !== undefined);
  if (missed.length < 2) return findings;
  const agreed = new Set<Finding>();
  for (const same of Map.groupBy(missed, ({ id }) => id).values())
    if (same.length > 1) for (const each of agreedIn(same)) agreed.add(each);
  return findings.map((finding) => (agreed.has(finding) ? { ...finding, missedBy: undefined } : finding));
}

function agreedIn(findings: readonly Finding[]): Finding[] {
  const sorted = keyed(findings);
  /** Rows that each scanner has, the least severe last. */
  const of = new Map<string, Finding[]>();
  for (const each of sorted)
    for (const { scanner } of each.opinions ?? []) {
      const own = of.get(scanner);
      if (own === undefined) of.set(scanner, [each]);
      else own.push(each);
    }
  const used = new Set<Finding>();
  return sorted.filter((finding) => {
    if (used.has(finding)) return false;
    const others = (finding.missedBy ?? []).map((name) => lastUnused(of.get(name) ?? [], used));
    if (others.includes(undefined)) return false;
    for (const each of [finding, ...others]) used.add(each as Finding);
    return true;
  });
}

function lastUnused(findings: Finding[], used: ReadonlySet<Finding>): Finding | undefined {
  while (findings.length > 0 && used.has(findings.at(-1) as Finding)) findings.pop();
  return findings.at(-1);
}

/** The most severe first, and otherwise by content. */
function keyed(findings: readonly Finding[]): Finding[] {
  return findings
    .map((finding) => ({ finding, text: JSON.stringify(finding) }))
    .sort((a, b) => severityRank(a.finding.severity) - severityRank(b.finding.severity) || compareText(a.text, b.text))
    .map(({ finding }) => finding);
}

import type { Finding } from "../finding.ts";
import { SEVERITIES, severityRank } from "../severity.ts";
import type { Exploitation } from "../verdict.ts";
import { compareText } from "../versions/order.ts";

/** A number for each finding, in the order of the values that the numbers represent. */
interface Ranking {
  readonly ranks: Uint32Array;
  /** All ranks are below it. */
  readonly count: number;
}

/**
 * Sorts the most severe first, then known exploited ones, then likely exploited ones (if such data are known), then by
 * package, advisory and path. Compares code units, so the order is the same on every machine.
 *
 * A large report has far fewer packages and advisories than findings, so only those are compared as texts. The findings
 * are then sorted by their ranks in linear time (counting sort, least important key first).
 */
export function sortFindings(
  findings: readonly Finding[],
  exploits?: (advisoryId: string) => Exploitation | undefined,
): Finding[] {
  const severities = { ranks: numbered(findings, ({ severity }) => severityRank(severity)), count: SEVERITIES.length };
  const packages = rankTexts(findings, (finding) => finding.package?.name ?? "");
  const advisories = rankTexts(findings, (finding) => finding.id);
  const keys = [
    advisories,
    packages,
    ...(exploits === undefined ? [] : [rankExploits(findings, exploits)]),
    severities,
  ];
  const order = keys.reduce(
    deal,
    numbered(findings, (_, index) => index),
  );
  const alike = (a: number, b: number) => keys.every(({ ranks }) => ranks[a] === ranks[b]);
  return sortRunsByPath(findings, order, alike);
}

/** As `Uint32Array.from`, which takes an iterator for each list, and several times as long. */
function numbered(
  findings: readonly Finding[],
  numberOf: (finding: Finding, index: number) => number,
): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array(findings.length);
  for (let index = 0; index < findings.length; index++) numbers[index] = numberOf(findings[index] as Finding, index);
  return numbers;
}

/** Ranks those in the catalog before the others, and a higher score before a lower one. */
function rankExploits(
  findings: readonly Finding[],
  exploits: (advisoryId: string) => Exploitation | undefined,
): Ranking {
  const weights = Float64Array.from(findings, ({ kind, id }) => {
    const known = kind === "vulnerability" ? exploits(id) : undefined;
    return (known?.kev === undefined ? 0 : -2) - (known?.epss ?? 0);
  });
  const sorted = [...new Set(weights)].sort((a, b) => a - b);
  const rankOf = new Map(sorted.map((weight, rank) => [weight, rank]));
  return { ranks: Uint32Array.from(weights, (weight) => rankOf.get(weight) ?? 0), count: sorted.length };
}

function rankTexts(findings: readonly Finding[], textOf: (finding: Finding) => string): Ranking {
  const numbers = new Map<string, number>();
  const ranks = numbered(findings, (finding) => {
    const text = textOf(finding);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  });
  const sorted = [...numbers].sort(([a], [b]) => compareText(a, b));
  const rankOf = new Uint32Array(sorted.length);
  sorted.forEach(([, number], rank) => {
    rankOf[number] = rank;
  });
  return { ranks: ranks.map((number) => rankOf[number] as number), count: sorted.length };
}

/** Sorts positions by rank. Stable: equal ranks keep their order. */
function deal(order: Uint32Array<ArrayBuffer>, { ranks, count }: Ranking): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(count + 1);
  for (const rank of ranks) next[rank + 1] = (next[rank + 1] as number) + 1;
  for (let rank = 0; rank < count; rank++) next[rank + 1] = (next[rank + 1] as number) + (next[rank] as number);
  const dealt = new Uint32Array(order.length);
  for (const position of order) {
    const rank = ranks[position] as number;
    const place = next[rank] as number;
    dealt[place] = position;
    next[rank] = place + 1;
  }
  return dealt;
}

/** The findings in the given order, except that those with equal other keys are sorted by path. */
function sortRunsByPath(
  findings: readonly Finding[],
  order: Uint32Array,
  alike: (a: number, b: number) => boolean,
): Finding[] {
  const sorted: Finding[] = [];
  for (const position of order) sorted.push(findings[position] as Finding);
  for (let start = 0, end = 1; start < sorted.length; start = end++) {
    while (end < sorted.length && alike(order[start] as number, order[end] as number)) end++;
    if (end - start === 1) continue;
    const run = sorted.slice(start, end).sort((a, b) => compareText(a.path ?? "", b.path ?? ""));
    for (const [index, finding] of run.entries()) sorted[start + index] = finding;
  }
  return sorted;
}

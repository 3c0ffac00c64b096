import { severityName } from "../../domain/severity.ts";
import type { Exemption, JudgedFinding, JudgedTarget } from "../../domain/verdict.ts";

/** One thing that a policy says about a finding. */
export interface PolicyLine {
  /** 1-based. Absent: no line says it, it is the default, or {@link from} names what does. */
  readonly line?: number | undefined;
  readonly from?: "VEX" | undefined;
  /** `high: 0`. */
  readonly key: string;
  /** The consequence for the finding: a clause. */
  readonly means: string;
}

/** The line of a key of the policy, by the keys that lead to it. */
type LineOf = (...path: readonly (string | number)[]) => number | undefined;

/** The keys of a policy by which findings are exempted, and why. */
const EXEMPTIONS: Readonly<Record<Exemption, readonly [key: string, why: string]>> = {
  unfixed: ["ignore-unfixed", "it has no fix"],
  grace: ["grace-days", "it is in its days of grace"],
  "not-introduced": ["count", "the change did not bring it in"],
  "not-agreed": ["agreement", "not all scanners see it"],
};

/** The rules by which the judge decided about a finding: its limits, and what exempts or accepts it. */
export function policySays(judged: JudgedFinding, target: JudgedTarget, lineOf: LineOf): PolicyLine[] {
  const { finding, outcome, spared, exceptions, ended, vex } = judged;
  const lines = limitLines(judged, target, lineOf);
  if (spared !== undefined) {
    const [key, why] = EXEMPTIONS[spared];
    const line = lineOf(key, severityName(finding.severity)) ?? lineOf(key);
    lines.push({ line, key, means: `it exempts the finding: ${why}` });
  }
  const [accepting] = exceptions;
  if (outcome === "accepted" && accepting === undefined && vex !== undefined) {
    const { document, status, justification = "no reason given", author } = vex;
    const by = author === undefined ? "" : ` (${author})`;
    lines.push({ from: "VEX", key: document, means: `it accepts the finding: ${status}, ${justification}${by}` });
  }
  for (const exception of [accepting ?? [], ended ?? []].flat()) {
    const { id, line, expires, reason, owner } = exception;
    const means = exception === ended ? "it has ended, so the finding counts again" : "it accepts the finding";
    const by = owner === undefined ? "" : ` (${owner})`;
    lines.push({ line, key: `exception for ${id} until ${expires}`, means: `${means}: ${reason}${by}` });
  }
  return lines;
}

function limitLines(
  { finding: { severity }, exploitation }: JudgedFinding,
  { rows, exploitRows = [], limitedBy }: JudgedTarget,
  lineOf: LineOf,
): PolicyLine[] {
  const { limit = "unlimited" } = rows.find((row) => row.severity === severity) ?? {};
  const place = limitedBy?.[severity].place ?? [];
  const means = limit === "unlimited" ? "any number passes" : `at most ${limit} may count`;
  const own = {
    line: lineOf(...place),
    key: `${severityName(severity)}: ${limit}`,
    means: place[0] === "targets" ? `${means} for these images` : means,
  };
  const others = exploitRows.flatMap(({ kind, above = 1, limit: most }): PolicyLine[] => {
    if (kind === "epss")
      return (exploitation?.epss ?? 0) > above
        ? [{ line: lineOf("epss"), key: `epss: above ${above}, max ${most}`, means: "it falls under this limit, too" }]
        : [];
    const line = lineOf(...(limitedBy?.exploited.place ?? []));
    const key = `exploited: ${most}`;
    return exploitation?.kev === undefined ? [] : [{ line, key, means: "attackers use it, so this limit counts, too" }];
  });
  return [own, ...others];
}

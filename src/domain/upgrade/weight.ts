import type { Finding } from "../finding.ts";
import type { Weight } from "../fix-plan.ts";
import { countSeverities, perSeverity } from "../severity.ts";
import type { Exploitation, JudgedFinding } from "../verdict.ts";

/** What is known about attacks that use an advisory. */
export type Attacks = ReadonlyMap<string, Exploitation>;

/** What is known about attacks on these findings, by advisory. */
export function attacksOn(findings: readonly JudgedFinding[]): Attacks {
  return new Map(findings.flatMap(({ finding, exploitation }) => (exploitation ? [[finding.id, exploitation]] : [])));
}

type Cleared = Pick<Weight, "clears" | "ids" | "bySeverity">;

/** What several packages have together. */
export function sumOf(parts: readonly Cleared[]): Cleared {
  const bySeverity = perSeverity((severity) => parts.reduce((sum, each) => sum + each.bySeverity[severity], 0));
  return {
    clears: parts.reduce((sum, { clears }) => sum + clears, 0),
    ids: [...new Set(parts.flatMap(({ ids }) => ids))],
    bySeverity,
  };
}

/** The same of findings. */
export function countOf(findings: readonly Finding[]): Cleared {
  return {
    clears: findings.length,
    ids: [...new Set(findings.map(({ id }) => id))],
    bySeverity: countSeverities(findings, ({ severity }) => severity),
  };
}

/** Adds what is known about attacks. */
export function weightOf({ clears, ids, bySeverity }: Cleared, attacks: Attacks): Weight {
  const known = ids.map((id) => attacks.get(id));
  const scores = known.flatMap((exploitation) => exploitation?.epss ?? []);
  return {
    clears,
    ids,
    bySeverity,
    exploited: known.filter((exploitation) => exploitation?.kev !== undefined).length,
    ...(scores.length > 0 && { epss: scores.reduce((a, b) => Math.max(a, b)) }),
  };
}

import type { Severity } from "../severity.ts";

/** The severity that a CVSS base score stands for (table 14 of its specification, version 3.1). */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return "CRITICAL";
  if (score >= 7) return "HIGH";
  return score >= 4 ? "MEDIUM" : "LOW";
}

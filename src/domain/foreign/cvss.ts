import type { Severity } from "../severity.ts";

/** The severity that a CVSS base score stands for (https://www.first.org/cvss/v3.1/specification-document, table 14). */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return "CRITICAL";
  if (score >= 7) return "HIGH";
  return score >= 4 ? "MEDIUM" : "LOW";
}

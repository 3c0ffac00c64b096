import { severityOfScore } from "../../domain/foreign/cvss.ts";
import type { Severity } from "../../domain/severity.ts";
import { checked, severityOfWord, worstOf } from "../given-report.ts";
import { type ClairReport, type ClairVulnerability, scoresSchema } from "./schema.ts";
import { CLAIR } from "./source.ts";

/** The schema's address in the key changes with the version of the data; the enricher's name stays. */
const ENRICHER = /enricher=clair\.cvss(?![\w.])/;

/** The severities by CVSS, by the ids of vulnerabilities. Empty: the server does not enrich. */
export function severitiesByScore({ enrichments }: ClairReport): ReadonlyMap<string, Severity> {
  const found = new Map<string, Severity>();
  for (const [key, maps] of enrichments) {
    if (!ENRICHER.test(key)) continue;
    for (const [index, map] of maps.entries())
      for (const [id, scores] of checked(scoresSchema, map, CLAIR, ["enrichments", key, index])) {
        const all = scores.flatMap(({ baseScore, baseSeverity }) => {
          // Where word and score disagree, the score is what the word was made from.
          if (typeof baseScore === "number") return [severityOfScore(baseScore)];
          return baseSeverity ? [severityOfWord(baseSeverity, CLAIR, ["enrichments", id])] : [];
        });
        const worst = worstOf([...all, ...(found.has(id) ? [found.get(id) as Severity] : [])]);
        if (worst !== undefined) found.set(id, worst);
      }
  }
  return found;
}

/** Clair's own word. Of most sources it is Unknown; then that of the highest CVSS score counts, as in Quay. */
export function severityOf(
  id: string,
  { normalized_severity: word }: ClairVulnerability,
  byScore: ReadonlyMap<string, Severity>,
): Severity {
  const own = severityOfWord(word ?? "", CLAIR, ["vulnerabilities", id, "normalized_severity"]);
  return own === "UNKNOWN" ? (byScore.get(id) ?? own) : own;
}

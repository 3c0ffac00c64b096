import { type AdvisoryIds, advisoriesOf, idsIn, idsInLinks } from "../../domain/foreign/advisory-ids.ts";
import { fixesIn, type StatedFix } from "../../domain/foreign/fixes.ts";
import { memoize } from "../../domain/memoize.ts";
import { type Severity, severityOfScore } from "../../domain/severity.ts";
import { checked, dateIn, invalidReport, type ReportedRow, severityOfWord, worstOf } from "../given-report.ts";
import type { PlacedPackage } from "./packages.ts";
import { CLAIR, type ClairAlias, type ClairReport, type ClairVulnerability, scoresSchema } from "./schema.ts";

/**
 * The rows of a report: what stands at a package, and nothing else, since the list of vulnerabilities also has what
 * does not affect it. Clair repeats a row for each repository and architecture; the same advisory with the same fix
 * on the same package is one.
 * @throws GateError `report-invalid`
 */
export function* rowsOf(report: ClairReport, packages: ReadonlyMap<string, PlacedPackage>): Generator<ReportedRow> {
  const byScore = severitiesByScore(report);
  // One entry may be about thousands of packages, and its links about thousands of CVEs.
  const advisoriesAbout = memoize((id: string) => advisoriesIn(report.vulnerabilities.get(id) as ClairVulnerability));
  for (const [place, ids] of report.package_vulnerabilities)
    for (const id of ids) {
      const [about, vulnerability] = [packages.get(place), report.vulnerabilities.get(id)];
      if (about === undefined || vulnerability === undefined) {
        const at = JSON.stringify(`package_vulnerabilities.${place.slice(0, 80)}`);
        throw invalidReport(CLAIR, `names an entry that it does not have at ${at}`);
      }
      // It says that the package is *not* affected.
      if (vulnerability.Invert || vulnerability.invert) continue;
      const { name: title, links, description, issued } = vulnerability;
      const { versions: fixedVersions, isUnreadable } = fixesOf(vulnerability);
      const severity = severityOf(id, vulnerability, byScore);
      const said = { title, links, description, publishedAt: dateIn(issued) };
      yield { place, advisories: advisoriesAbout(id), severity, about, fixedVersions, isUnreadable, ...said };
    }
}

/** The field, else the end of the range: an unfixed finding may not count, and this one has a fix. */
function fixesOf({ fixed_in_version: field, range }: ClairVulnerability): StatedFix {
  const end = field ? undefined : versionAt(range?.[")"] ?? "");
  return end === undefined ? fixesIn(field ?? "") : { versions: [end], isUnreadable: false };
}

/** `semver:0.20.10.27.0.0.0.0.0.0`. The first number is 0 but for a range without an end. */
function versionAt(text: string): string | undefined {
  const [, version] = /^semver:0\.(\d+\.\d+\.\d+)(?:\.0)*$/.exec(text) ?? [];
  return version === "0.0.0" ? undefined : version;
}

function advisoriesIn({ name, links, Aliases, aliases }: ClairVulnerability): readonly AdvisoryIds[] {
  return advisoriesOf(name, [...idsInLinks(links ?? ""), ...[...Aliases, ...aliases].flatMap(aliasIds)]);
}

/** Without its namespace, `2023-44487` could be any database's. */
function aliasIds(alias: ClairAlias): string[] {
  if (typeof alias === "string") return idsIn(alias);
  const space = alias.space ?? alias.Space;
  const name = alias.name ?? alias.Name ?? "";
  return idsIn(typeof space === "string" && space !== "" ? `${space}-${name}` : name);
}

/** The schema's address in the key changes with the version of the data; the enricher's name stays. */
const ENRICHER = /enricher=clair\.cvss(?![\w.])/;

/** The severities by CVSS, by the ids of vulnerabilities. Empty: the server does not enrich. */
function severitiesByScore({ enrichments }: ClairReport): ReadonlyMap<string, Severity> {
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
function severityOf(
  id: string,
  { normalized_severity: word }: ClairVulnerability,
  byScore: ReadonlyMap<string, Severity>,
): Severity {
  const own = severityOfWord(word ?? "", CLAIR, ["vulnerabilities", id, "normalized_severity"]);
  return own === "UNKNOWN" ? (byScore.get(id) ?? own) : own;
}

import { type AdvisoryIds, advisoriesOf, idsIn, idsInLinks } from "../../domain/foreign/advisory-ids.ts";
import { fixesIn, type StatedFix } from "../../domain/foreign/fixes.ts";
import { type NamedSystem, systemNamed } from "../../domain/foreign/systems.ts";
import { isObject } from "../../domain/json/is-object.ts";
import { memoize } from "../../domain/memoize.ts";
import { type Severity, severityOfScore } from "../../domain/severity.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import { dateIn, type Json, placeWords, type ReportedParts, type ReportedRow, worstOf } from "../given-report.ts";
import {
  CLAIR,
  type ClairAlias,
  type ClairReport,
  type ClairVulnerability,
  mainSystem,
  type PlacedPackage,
  packagesOf,
  REQUIRED,
  reportSchema,
  scoresSchema,
  systemOf,
} from "./packages.ts";

/** Reads reports of Clair 4 (`clairctl report -o json`, or its API's `vulnerability_report`). */
export const clairReports = CLAIR.reader({
  madeBy: "Clair 4's report (`clairctl report -o json`)",
  owns: ({ manifest_hash: hash }) => typeof hash === "string",
  digests: ({ manifest_hash: hash }) => [hash],
  parts: partsOf,
});

function partsOf(document: Json): ReportedParts {
  requireReport(document);
  const report = CLAIR.checked(reportSchema, document);
  const packages = packagesOf(report);
  const all = [...packages.values()];
  const system = mainSystem(packages, report);
  return {
    digest: report.manifest_hash,
    system,
    // Without layers: a report names them by their packed bytes, and findings by the unpacked ones.
    packages: all.map(({ arch: _, manager: __, ...rest }): InstalledPackage => rest),
    rows: rowsOf(report, packages),
    looked: {
      kind: "image",
      hasAdvisories: ADVISED.has(systemNamed(system?.name ?? "")?.name ?? "") ? "yes" : "no",
      matchedSystem: hasFindingsOf(report, packages, system),
      packages: all,
      listed: all.filter((each) => each.system === true),
    },
    provenance: { source: "an existing Clair report" },
  };
}

/** @throws GateError `report-invalid`, `report-schema-unknown` */
function requireReport(document: Json): void {
  if (!("vulnerabilities" in document) && "state" in document)
    throw CLAIR.invalid("is its list of packages (an index report), without findings");
  if ("state" in document) throw CLAIR.unknownVersion("is of a time before Clair 4.0", "the reports of Clair 4");
  const missing = REQUIRED.find((key) => !isObject(document[key]));
  if (missing !== undefined) throw CLAIR.invalid(`has no ${JSON.stringify(missing)}`);
}

/** Distributions for which Clair has advisories (claircore's updaters). */
const ADVISED: ReadonlySet<string> = new Set(
  "alpine amazon chainguard debian opensuse-leap oracle photon redhat sles ubuntu wolfi".split(" "),
);

function hasFindingsOf(
  { package_vulnerabilities: found, vulnerabilities }: ClairReport,
  packages: ReadonlyMap<string, PlacedPackage>,
  system: NamedSystem | undefined,
): boolean {
  if (system === undefined) return false;
  return [...found].some(
    ([id, all]) =>
      packages.get(id)?.system === true &&
      all.some((each) => {
        const { distribution, Invert, invert } = vulnerabilities.get(each) ?? {};
        const of = distribution && systemOf(distribution);
        return !Invert && !invert && of?.name === system.name && of.version === system.version;
      }),
  );
}

/**
 * The rows of a report: the vulnerabilities at each package, and no others, since the list of vulnerabilities also
 * contains some that do not affect it. Clair repeats a row for each repository and architecture; the same advisory with
 * the same fix on the same package is one.
 * @throws GateError `report-invalid`
 */
function* rowsOf(report: ClairReport, packages: ReadonlyMap<string, PlacedPackage>): Generator<ReportedRow> {
  const byScore = severitiesByScore(report);
  // One entry may be about thousands of packages, and its links about thousands of CVEs.
  const advisoriesAbout = memoize((id: string) => advisoriesIn(report.vulnerabilities.get(id) as ClairVulnerability));
  for (const [place, ids] of report.package_vulnerabilities)
    for (const id of ids) {
      const [about, vulnerability] = [packages.get(place), report.vulnerabilities.get(id)];
      if (about === undefined || vulnerability === undefined) {
        const at = placeWords(["package_vulnerabilities", place.slice(0, 80)]);
        throw CLAIR.invalid(`refers to a missing entry at ${at}`);
      }
      // It says that the package is *not* affected.
      if (vulnerability.Invert || vulnerability.invert) continue;
      const { name: title, links, description, issued } = vulnerability;
      const said = { title, links, description, publishedAt: dateIn(issued), fix: fixesOf(vulnerability) };
      const severity = severityOf(id, vulnerability, byScore);
      yield { place, advisories: advisoriesAbout(id), severity, about, ...said };
    }
}

/** The field, otherwise the end of the range: policies can ignore unfixed findings, and this one has a fix. */
function fixesOf({ fixed_in_version: field, range }: ClairVulnerability): StatedFix {
  const end = field ? undefined : versionAt(range?.[")"] ?? "");
  return end === undefined ? fixesIn(field ?? "") : { versions: [end], isUnreadable: false };
}

/** `semver:0.20.10.27.0.0.0.0.0.0`. The first number is 0, except for a range without an end. */
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

/** The severities by CVSS, by the ids of vulnerabilities. Empty: the server has no enrichment. */
function severitiesByScore({ enrichments }: ClairReport): ReadonlyMap<string, Severity> {
  const found = new Map<string, Severity>();
  for (const [key, maps] of enrichments) {
    if (!ENRICHER.test(key)) continue;
    for (const [index, map] of maps.entries())
      for (const [id, scores] of CLAIR.checked(scoresSchema, map, ["enrichments", key, index])) {
        const all = scores.flatMap(({ baseScore, baseSeverity }) => {
          // If word and score disagree, the score counts, since the word was made from it.
          if (typeof baseScore === "number") return [severityOfScore(baseScore)];
          return baseSeverity ? [CLAIR.severityOfWord(baseSeverity, ["enrichments", id])] : [];
        });
        const worst = worstOf([...all, ...(found.has(id) ? [found.get(id) as Severity] : [])]);
        if (worst !== undefined) found.set(id, worst);
      }
  }
  return found;
}

/** Clair's own word. If it is Unknown, as for most sources, the highest CVSS score counts, as in Quay. */
function severityOf(
  id: string,
  { normalized_severity: word }: ClairVulnerability,
  byScore: ReadonlyMap<string, Severity>,
): Severity {
  const own = CLAIR.severityOfWord(word ?? "", ["vulnerabilities", id, "normalized_severity"]);
  return own === "UNKNOWN" ? (byScore.get(id) ?? own) : own;
}

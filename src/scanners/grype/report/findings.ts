import { SYSTEM_PYTHON } from "../../../domain/coverage/silent-rules.ts";
import type { Finding, Layer } from "../../../domain/finding.ts";
import { advisoriesOf, idsIn } from "../../../domain/foreign/advisory-ids.ts";
import { type Severity, severityOfScore } from "../../../domain/severity.ts";
import { ecosystemNamed, SYSTEM_TYPES } from "../../applications.ts";
import { pathIn, placeWords, worstOf } from "../../given-report.ts";
import { type Artifact, GRYPE, type Match, scoresSchema } from "./schema.ts";

/** Folders with package managers' lists. Such a path says nothing about the place of a package. */
const PACKAGE_LISTS = /^(?:var\/lib\/(?:dpkg|rpm|pacman)|(?:usr\/)?lib\/(?:apk|sysimage\/rpm)|usr\/share\/rpm)\//;

/** The parts of a report that its findings refer to. */
export interface MatchContext {
  readonly layers: ReadonlyMap<string, Layer>;
  readonly isBySystem: (artifact: Artifact) => boolean;
  readonly descriptions: boolean;
}

/** One row is one finding, or one for each CVE of an advisory that is about several. */
export function findingsOf(match: Match, row: number, context: MatchContext): Finding[] {
  const { vulnerability, relatedVulnerabilities, artifact } = match;
  const at = ["matches", row, "vulnerability"];
  const related = (relatedVulnerabilities ?? []).flatMap(({ id }) => idsIn(id));
  const { name, version, type, purl } = artifact;
  const location = placeOf(artifact);
  const fixedVersions = fixesOf(match, at);
  const description = [vulnerability, ...(relatedVulnerabilities ?? [])].find((each) => each.description)?.description;
  return advisoriesOf(vulnerability.id, related).map(({ id, aliases }) => ({
    kind: "vulnerability",
    id,
    ...(aliases.length > 0 && { aliases }),
    severity: severityOf(match, at),
    title: aliases.join(", "),
    ...(context.descriptions && description && { description: description.slice(0, 1000) }),
    url: vulnerability.dataSource || undefined,
    package: { name, version, type, ecosystem: ecosystemNamed(type), purl: purl || undefined },
    fixedVersions,
    status: statusOf(match, fixedVersions),
    path: PACKAGE_LISTS.test(location.path ?? "") ? undefined : location.path,
    layer:
      location.layer === undefined ? undefined : (context.layers.get(location.layer) ?? { diffId: location.layer }),
    ...(isByName(match) && { byName: true as const }),
    ...(context.isBySystem(artifact) && { bySystem: true as const }),
  }));
}

/** The first place is the package's own, unless another one is marked as the evidence. A path has no leading slash. */
function placeOf({ locations }: Artifact) {
  const places = locations ?? [];
  const { path, layerID } = places.find((each) => each.annotations?.evidence === "primary") ?? places[0] ?? {};
  return { path: pathIn(path), layer: layerID || undefined };
}

/** Folders into which only a distribution's packages write; other software goes elsewhere, such as `usr/local`. */
const FOLDERS = new RegExp(
  `^(?:${SYSTEM_PYTHON}|usr/share/(?:nodejs|javascript|java|rubygems-integration|gems|perl5)/|usr/lib/ruby/vendor_ruby/)`,
);

/** True if an application's package is in a folder for a distribution's packages. */
export function isInstalledBySystem(artifact: Artifact): boolean {
  return !SYSTEM_TYPES.has(artifact.type) && FOLDERS.test(placeOf(artifact).path ?? "");
}

/**
 * The distribution's word. If it has none, the related entries count: NVD's for a CVE that the distribution has not
 * rated yet. If there is no word at all, the highest CVSS score counts.
 */
function severityOf({ vulnerability, relatedVulnerabilities }: Match, at: readonly PropertyKey[]): Severity {
  const own = GRYPE.severityOfWord(vulnerability.severity ?? "", [...at, "severity"]);
  if (own !== "UNKNOWN") return own;
  const related = relatedVulnerabilities ?? [];
  const words = related.map(({ severity }) => GRYPE.severityOfWord(severity || "Unknown", at));
  const word = worstOf(words) ?? own;
  return word === "UNKNOWN" ? (worstOf([vulnerability, ...related].flatMap(severitiesByScore)) ?? word) : word;
}

/** Scores are read only here, since most rows have a word. */
function severitiesByScore({ cvss }: Match["vulnerability"]): Severity[] {
  const scores = scoresSchema.safeParse(cvss).data ?? [];
  return scores.flatMap(({ metrics }) => (metrics?.baseScore == null ? [] : [severityOfScore(metrics.baseScore)]));
}

/** Reports from before 2022 have an empty one. */
const KNOWN = {
  fixed: "fixed",
  "not-fixed": "affected",
  "wont-fix": "will_not_fix",
  unknown: "unknown",
  "": "unknown",
};
const STATES: ReadonlyMap<string, string> = new Map(Object.entries(KNOWN));

/** @throws GateError `report-invalid`: a fix without a version would count as none */
function fixesOf({ vulnerability, matchDetails }: Match, at: readonly PropertyKey[]): string[] {
  const { versions, state } = vulnerability.fix ?? {};
  if (!STATES.has(state ?? ""))
    throw GRYPE.invalid(`has a state that Grype does not have at ${placeWords([...at, "fix"])}`);
  const named = (versions ?? []).filter((version) => version !== "");
  if (named.length > 0 || state !== "fixed") return named;
  const suggested = (matchDetails ?? []).map(({ fix }) => fix?.suggestedVersion ?? "").filter((each) => each !== "");
  if (suggested.length > 0) return [...new Set(suggested)];
  throw GRYPE.invalid(`has a fix without a version, at ${placeWords(at)}`);
}

function statusOf({ vulnerability }: Match, fixedVersions: readonly string[]): string {
  return fixedVersions.length > 0 ? "fixed" : (STATES.get(vulnerability.fix?.state ?? "") ?? "unknown");
}

/** True if only a product's name (CPE) connects the advisory with the package, which is weak evidence. */
export function isByName({ matchDetails, vulnerability }: Match): boolean {
  const types = (matchDetails ?? []).map(({ type }) => type ?? "");
  if (types.length > 0 && types.every((type) => type !== "")) return types.every((type) => type === "cpe-match");
  return /^nvd(?::cpe)?$/.test(vulnerability.namespace ?? "");
}

/** A row's finding, and the package that it is about. */
export interface PackageRow {
  readonly artifact: Artifact;
  readonly finding: Finding;
}

/**
 * The findings without repeated ones. If several of its sources have a CVE, Grype may list it once for each, for the
 * same package (`--by-cve`), and the fix only once. Rows with different fixes stay separate.
 */
export function withoutRepeats(rows: readonly PackageRow[]): Finding[] {
  const groups = Map.groupBy(rows, ({ artifact: { id, name, version, type }, finding }) =>
    // Without Grype's own number of the package, rows may be about copies of it at one place.
    id ? [finding.id, id, name, version, type, finding.path].join("\n") : finding,
  );
  return [...groups.values()].flatMap((same) => unrepeated(same.map(({ finding }) => finding)));
}

function unrepeated(same: readonly Finding[]): readonly Finding[] {
  if (same.length === 1) return same;
  const fixed = same.filter(({ fixedVersions }) => fixedVersions.length > 0);
  const kept = Map.groupBy(fixed.length > 0 ? fixed : same, ({ fixedVersions }) => fixedVersions.join());
  const aliases = [...new Set(same.flatMap((each) => each.aliases ?? []))];
  const severity = worstOf(same.map((each) => each.severity));
  const isByName = same.every(({ byName }) => byName);
  return [...kept.values()].map(([first]) => {
    const { byName: _, ...finding } = first as Finding;
    return {
      ...finding,
      severity: severity ?? finding.severity,
      ...(aliases.length > 0 && { aliases }),
      ...(isByName && { byName: true as const }),
    };
  });
}

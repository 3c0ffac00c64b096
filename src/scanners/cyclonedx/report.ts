import { isDeepStrictEqual } from "node:util";
import { fixedVersionsIn } from "../../domain/finding.ts";
import { advisoriesOf, idsIn } from "../../domain/foreign/advisory-ids.ts";
import { isVersion } from "../../domain/foreign/fixes.ts";
import { isObject, listIn } from "../../domain/json/is-object.ts";
import { parsePurl } from "../../domain/purl.ts";
import type { Severity } from "../../domain/severity.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import { tryOr } from "../../system/errors.ts";
import { withManager } from "../applications.ts";
import { dateIn, type Json, placeWords, type ReportedParts, type ReportedRow, worstOf } from "../given-report.ts";
import {
  type Component,
  CYCLONEDX,
  componentsOf,
  type Document,
  digestsOf,
  documentSchema,
  nestedSchema,
  otherRelease,
  packageOf,
  type Rating,
  systemOf,
  type Vulnerability,
} from "./components.ts";

/** Reads vulnerabilities from CycloneDX, the format that most scanners can export. */
export const cycloneDxReports = CYCLONEDX.reader({
  madeBy: "CycloneDX as JSON with components and their `vulnerabilities`",
  // Tools write an empty list into an SBOM that was never scanned.
  owns: ({ bomFormat, vulnerabilities }) => bomFormat === "CycloneDX" && listIn(vulnerabilities).length > 0,
  digests: ({ metadata }) => {
    const { data } = nestedSchema.safeParse(isObject(metadata) ? metadata.component : undefined);
    return data === undefined ? [] : digestsOf(data);
  },
  parts: partsOf,
});

/** Vulnerabilities exist since 1.4. */
const VERSIONS = /^1\.[4-7]$/;

function partsOf(value: Json): ReportedParts {
  const document = CYCLONEDX.checked(documentSchema, value);
  if (!VERSIONS.test(document.specVersion))
    throw CYCLONEDX.unknownVersion("has an unknown `specVersion`", "the versions 1.4 to 1.7");
  const components = componentsOf(document);
  const subject = document.metadata?.component === undefined ? undefined : components[0];
  const packages = packagesByRef(components);
  // The image itself is not a package.
  const listed = [...packages.values()].filter(({ purl, type }) => purl !== undefined && type !== "oci");
  const system = systemOf(components);
  return {
    claim: subject?.name,
    system,
    packages: listed,
    rows: rowsOf(document, packages),
    looked: {
      kind: subject?.type === "container" ? "image" : "sbom",
      hasAdvisories: "unknown",
      matchedSystem: false,
      packages: listed,
      listed: listed.filter((each) => each.system === true).map(withManager),
      disagreement: system && otherRelease(system, components),
    },
    provenance: provenanceOf(document),
  };
}

/**
 * The packages by their references. If two share a reference, readers disagree about the subject of a finding.
 * @throws GateError `report-invalid`
 */
function packagesByRef(components: readonly Component[]): Map<string, InstalledPackage> {
  const packages = new Map<string, InstalledPackage>();
  for (const each of components) {
    const { "bom-ref": own, purl } = each;
    const [ref, about] = [own ?? purl ?? "", packageOf(each)];
    const known = own ? packages.get(own) : undefined;
    if (known !== undefined && !isDeepStrictEqual(known, about))
      throw CYCLONEDX.invalid("gives two components one `bom-ref`");
    packages.set(ref, about);
  }
  return packages;
}

function provenanceOf({ metadata, vulnerabilities }: Document) {
  const { tools } = metadata ?? {};
  const [tool] = tools === null || tools === undefined ? [] : Array.isArray(tools) ? tools : tools.components;
  const analysed = vulnerabilities.filter(({ analysis }) => analysis?.state).length;
  const unheeded = `${analysed} of its entries have an analysis, which accepts nothing here: name the file in \`vex\` for that.`;
  return {
    scanner: tool?.name ? `${tool.name} (CycloneDX)` : CYCLONEDX.name,
    scannerVersion: tool?.version || undefined,
    scannedAt: dateIn(metadata?.timestamp),
    source: "an existing CycloneDX file with vulnerabilities",
    notes: analysed === 0 ? [] : [unheeded],
  };
}

/** An entry is a row for each package that it affects. */
function* rowsOf(
  { vulnerabilities, serialNumber }: Document,
  packages: ReadonlyMap<string, InstalledPackage>,
): Generator<ReportedRow> {
  for (const [index, entry] of vulnerabilities.entries()) {
    const at = ["vulnerabilities", index];
    const { affects, ratings, description, recommendation = "", published } = entry;
    const related = entry.references.flatMap(({ id }) => idsIn(id ?? ""));
    const said = {
      advisories: advisoriesOf(entry.id, related),
      description,
      links: entry.advisories[0]?.url || entry.source?.url,
      publishedAt: dateIn(published),
    };
    const rowFor = (about: InstalledPackage | undefined, versions: AffectedVersions): ReportedRow => ({
      ...said,
      severity: rated(ratings, about, at),
      about,
      fix: { versions: fixesOf(versions, recommendation ?? "", about?.name ?? ""), isUnreadable: false },
    });
    if (affects.length === 0) yield rowFor(undefined, []);
    for (const { ref, versions } of affects) yield rowFor(packageAt(ref, at, packages, serialNumber), versions);
  }
}

type AffectedVersions = Vulnerability["affects"][number]["versions"];

/** @throws GateError `report-invalid` */
function packageAt(
  ref: string,
  at: readonly PropertyKey[],
  packages: ReadonlyMap<string, InstalledPackage>,
  serialNumber: Document["serialNumber"],
) {
  // A BOM-Link, `urn:cdx:SERIAL/VERSION#REF`, may lead to another file.
  const [, serial, own] = /^urn:cdx:([^/#]+)\/[^#]*#(.*)$/s.exec(ref) ?? [];
  const isOwn = serial !== undefined && serialNumber === `urn:uuid:${serial}`;
  const found = packages.get(ref) ?? (isOwn ? packages.get(decoded(own ?? "")) : undefined);
  if (found !== undefined) return found;
  throw CYCLONEDX.invalid(`is about a missing component, at ${placeWords([...at, "affects"])}`);
}

function decoded(text: string): string {
  return tryOr(() => decodeURIComponent(text), text);
}

/**
 * The distribution's rating if the package is its own, otherwise the most severe one. A score counts by its band.
 * @throws GateError `report-invalid`: a vector alone would count as UNKNOWN, which most policies let through
 */
function rated(ratings: readonly Rating[], about: InstalledPackage | undefined, at: readonly PropertyKey[]): Severity {
  const vendor = about?.system ? parsePurl(about.purl ?? "")?.namespace : undefined;
  const isVendors = ({ source: of }: Rating) =>
    vendor !== undefined && (of?.name ?? "").toLowerCase().startsWith(vendor);
  // The distribution's word is its own decision, whatever the score.
  const vendors = ratings.filter(isVendors).map(({ method: _, ...rating }): Rating => rating);
  const own = worstRating(vendors, at);
  const severity = own === "UNKNOWN" ? worstRating(ratings, at) : own;
  if (severity === "UNKNOWN" && ratings.some(({ method, vector }) => vector && /^CVSS/i.test(method || vector)))
    throw CYCLONEDX.invalid(`rates with a vector alone, without score and severity, at ${placeWords(at)}`);
  return severity;
}

function worstRating(ratings: readonly Rating[], at: readonly PropertyKey[]): Severity {
  const all = ratings.map(({ score, severity, method }): Severity => {
    // If word and score of CVSS disagree, the score counts, since the word was made from it. CVSS 2 has other bands.
    const isDecided = typeof score === "number" && /^CVSSv[34]/i.test(method ?? "");
    return CYCLONEDX.severityOf(isDecided ? [] : [severity], score, [...at, "ratings"]);
  });
  return worstOf(all) ?? "UNKNOWN";
}

/** `vers:deb/>=3.0.99-1` that is not affected, or a scanner's advice: `Upgrade libssl3 to version 3.0.99-1`. */
function fixesOf(versions: AffectedVersions, recommendation: string, name: string): string[] {
  const ranges = versions.flatMap(({ range, status }) => {
    const [, from] = /^vers:[a-z][\w.-]*\/>=([^|<>=!*]+)$/.exec(range ?? "") ?? [];
    return status === "unaffected" && from !== undefined ? [decoded(from)] : [];
  });
  const advised = recommendation.split("; ").flatMap((sentence) => {
    const start = `Upgrade ${name} to version `;
    return name !== "" && sentence.startsWith(start) ? fixedVersionsIn(sentence.slice(start.length)) : [];
  });
  return [...new Set([...ranges, ...advised])].filter(isVersion);
}

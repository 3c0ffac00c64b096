import { fixedVersionsIn } from "../../domain/finding.ts";
import { advisoriesOf, idsIn } from "../../domain/foreign/advisory-ids.ts";
import { isVersion } from "../../domain/foreign/fixes.ts";
import { parsePurl } from "../../domain/purl.ts";
import { type Severity, severityOfScore } from "../../domain/severity.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import { tryOr } from "../../system/errors.ts";
import { dateIn, invalidReport, type ReportedRow, severityOfWord, worstOf } from "../given-report.ts";
import { CYCLONEDX, type Document, type Rating, type Vulnerability } from "./schema.ts";

/** An entry is a row for each package that it affects. */
export function* rowsOf(
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
      severity: severityOf(ratings, about, at),
      about,
      fixedVersions: fixesOf(versions, recommendation ?? "", about?.name ?? ""),
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
  const place = JSON.stringify([...at, "affects"].join("."));
  throw invalidReport(CYCLONEDX, `is about a component that it does not have, at ${place}`);
}

function decoded(text: string): string {
  return tryOr(() => decodeURIComponent(text), text);
}

/** The distribution's rating of its own package, else the most severe one; a score's band where there is one. */
function severityOf(
  ratings: readonly Rating[],
  about: InstalledPackage | undefined,
  at: readonly PropertyKey[],
): Severity {
  const vendor = about?.system ? parsePurl(about.purl ?? "")?.namespace : undefined;
  const isVendors = ({ source: of }: Rating) =>
    vendor !== undefined && (of?.name ?? "").toLowerCase().startsWith(vendor);
  // The distribution's word is its own decision, whatever score stands beside it.
  const vendors = ratings.filter(isVendors).map(({ method: _, ...rating }): Rating => rating);
  const own = worstRating(vendors, at);
  return own === "UNKNOWN" ? worstRating(ratings, at) : own;
}

function worstRating(ratings: readonly Rating[], at: readonly PropertyKey[]): Severity {
  const all = ratings.map(({ score, severity, method }): Severity => {
    // Where word and score of CVSS disagree, the score is what the word was made from. CVSS 2 has other bands.
    if (typeof score === "number" && /^CVSSv[34]/i.test(method ?? "")) return severityOfScore(score);
    if (/^(?:info|none)$/i.test(severity ?? "")) return "LOW";
    const word = severity ? severityOfWord(severity, CYCLONEDX, [...at, "ratings"]) : "UNKNOWN";
    return word === "UNKNOWN" && typeof score === "number" ? severityOfScore(score) : word;
  });
  return worstOf(all) ?? "UNKNOWN";
}

/** `vers:deb/>=3.0.99-1` that is not affected, or what scanners recommend: `Upgrade libssl3 to version 3.0.99-1`. */
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

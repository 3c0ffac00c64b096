import { type Finding, fixedVersionsIn } from "../../domain/finding.ts";
import { advisoriesOf, idsIn } from "../../domain/foreign/advisory-ids.ts";
import { severityOfScore } from "../../domain/foreign/cvss.ts";
import { isVersion } from "../../domain/foreign/fixes.ts";
import { parsePurl } from "../../domain/purl.ts";
import type { Severity } from "../../domain/severity.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import { tryOr } from "../../system/errors.ts";
import {
  dateIn,
  findingsIn,
  invalidReport,
  type ReportSource,
  requireFewer,
  severityOfWord,
  worstOf,
} from "../given-report.ts";
import type { Document, Rating, Vulnerability } from "./schema.ts";

/** What findings need from the rest of the document. */
export interface FindingContext {
  /** The packages by the components' references. */
  readonly packages: ReadonlyMap<string, InstalledPackage>;
  readonly serialNumber: Document["serialNumber"];
  readonly source: ReportSource;
  readonly descriptions: boolean;
}

/** An entry is a finding for each package that it affects. */
export function findingsOf(entry: Vulnerability, index: number, context: FindingContext): Finding[] {
  const at = ["vulnerabilities", index];
  const { affects } = entry;
  // Each of them for each of its CVEs.
  requireFewer(affects.length * Math.max(1, entry.references.length), context.source);
  if (affects.length === 0) return rowsOf(entry, undefined, [], { ...context, at });
  return affects.flatMap(({ ref, versions }) => {
    const about = packageAt(ref, at, context);
    return rowsOf(entry, about, versions, { ...context, at });
  });
}

/** @throws GateError `report-invalid` */
function packageAt(ref: string, at: readonly PropertyKey[], { packages, serialNumber, source }: FindingContext) {
  // A BOM-Link, `urn:cdx:SERIAL/VERSION#REF`, may lead to another file.
  const [, serial, own] = /^urn:cdx:([^/#]+)\/[^#]*#(.*)$/s.exec(ref) ?? [];
  const isOwn = serial !== undefined && serialNumber === `urn:uuid:${serial}`;
  const found = packages.get(ref) ?? (isOwn ? packages.get(decoded(own ?? "")) : undefined);
  if (found !== undefined) return found;
  const place = JSON.stringify([...at, "affects"].join("."));
  throw invalidReport(source, `is about a component that it does not have, at ${place}`);
}

function decoded(text: string): string {
  return tryOr(() => decodeURIComponent(text), text);
}

/** The package and its place, if the entry is about one. */
function placed(about: InstalledPackage | undefined) {
  if (about === undefined) return {};
  const { name, version, type, ecosystem, purl, path } = about;
  return { package: { name, version, type, ecosystem, purl }, path };
}

type AffectedVersions = Vulnerability["affects"][number]["versions"];

function rowsOf(
  entry: Vulnerability,
  about: InstalledPackage | undefined,
  versions: AffectedVersions,
  { source, descriptions, at }: FindingContext & { readonly at: readonly PropertyKey[] },
): Finding[] {
  const related = entry.references.flatMap(({ id }) => idsIn(id ?? ""));
  const fixedVersions = fixesOf(versions, entry.recommendation ?? "", about?.name ?? "");
  return findingsIn(advisoriesOf(entry.id, related), {
    severity: severityOf(entry.ratings, about, source, at),
    ...(descriptions && entry.description && { description: entry.description.slice(0, 1000) }),
    url: entry.advisories[0]?.url || entry.source?.url || undefined,
    ...placed(about),
    fixedVersions,
    publishedAt: dateIn(entry.published),
  });
}

/** The distribution's rating of its own package, else the most severe one; a score's band where there is one. */
function severityOf(
  ratings: readonly Rating[],
  about: InstalledPackage | undefined,
  source: ReportSource,
  at: readonly PropertyKey[],
): Severity {
  const vendor = about?.system ? parsePurl(about.purl ?? "")?.namespace : undefined;
  const isVendors = ({ source: of }: Rating) =>
    vendor !== undefined && (of?.name ?? "").toLowerCase().startsWith(vendor);
  const own = worstRating(
    ratings.filter(isVendors).map(({ method: _, ...rating }): Rating => rating),
    source,
    at,
  );
  return own === undefined || own === "UNKNOWN" ? (worstRating(ratings, source, at) ?? "UNKNOWN") : own;
}

/** The distribution's word is its own decision, whatever score stands beside it. */
function worstRating(
  ratings: readonly Rating[],
  source: ReportSource,
  at: readonly PropertyKey[],
): Severity | undefined {
  const all = ratings.map(({ score, severity, method }): Severity => {
    // Where word and score of CVSS disagree, the score is what the word was made from. CVSS 2 has other bands.
    if (typeof score === "number" && /^CVSSv[34]/i.test(method ?? "")) return severityOfScore(score);
    if (/^(?:info|none)$/i.test(severity ?? "")) return "LOW";
    const word = severity ? severityOfWord(severity, source, [...at, "ratings"]) : "UNKNOWN";
    return word === "UNKNOWN" && typeof score === "number" ? severityOfScore(score) : word;
  });
  return worstOf(all);
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

import type { Advisory, VulnerabilityRecord } from "../../../__tests__/support/databases/advisories.ts";
import type { DatabaseContents } from "../../../__tests__/support/databases/database.ts";

/** The language whose packages an advisory is about; the names of Trivy's buckets begin with it. */
export type Language = "pip" | "npm" | "maven" | "go";

/** One advisory on one package, as GitHub's database and Go's have them. */
export interface LanguageAdvisory {
  readonly language: Language;
  readonly package: string;
  readonly id: string;
  /** `>= 1.0.0, < 1.2.6`, one for each branch. */
  readonly vulnerable: readonly string[];
  readonly patched: readonly string[];
  readonly vendorIds?: readonly string[];
}

/** Facts about an advisory that do not depend on its packages. */
export interface AdvisoryFacts {
  readonly title: string;
  readonly severity?: string;
  readonly published?: string;
  readonly cwe?: readonly string[];
}

/** The advisories of a source. */
export interface Advisories {
  readonly language: readonly LanguageAdvisory[];
  /** Bucket (`debian 12`) to source package to id. */
  readonly debian: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Advisory>>>>>>;
  readonly facts: Readonly<Record<string, AdvisoryFacts>>;
  /** Records as a database has them, which beat {@link facts}. */
  readonly records: Readonly<Record<string, VulnerabilityRecord>>;
}

const ECOSYSTEM: Readonly<Record<Language, string>> = { pip: "Pip", npm: "Npm", maven: "Maven", go: "Go" };

const bucketOf = (language: Language): string => `${language}::GitHub Security Advisory ${ECOSYSTEM[language]}`;

const SEVERITIES = ["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/** Trivy's word; GitHub says MODERATE for MEDIUM. */
export const severityOf = (word: string): string => (word === "MODERATE" ? "MEDIUM" : word);

function recordOf(id: string, { title, severity, published, cwe }: AdvisoryFacts): VulnerabilityRecord {
  const number = severity === undefined ? 0 : SEVERITIES.indexOf(severity);
  return {
    Title: title,
    ...(number > 0 && { Severity: severity, VendorSeverity: { ghsa: number, nvd: number } }),
    ...(cwe && cwe.length > 0 && { CweIDs: cwe }),
    References: [
      id.startsWith("GHSA-") ? `https://github.com/advisories/${id}` : `https://nvd.nist.gov/vuln/detail/${id}`,
    ],
    ...(published && { PublishedDate: published, LastModifiedDate: published }),
  };
}

const DEBIAN = {
  ID: "debian",
  Name: "Debian Security Tracker",
  URL: "https://salsa.debian.org/security-tracker-team/security-tracker",
};

const gitHub = (language: Language) => ({
  ID: "ghsa",
  Name: `GitHub Security Advisory ${ECOSYSTEM[language]}`,
  URL: `https://github.com/advisories?query=type%3Areviewed+ecosystem%3A${ECOSYSTEM[language].toLowerCase()}`,
});

/** All sources as one database; a later source's advisory on the same package replaces an earlier one's. */
export function contentsOf(sources: readonly Advisories[]): DatabaseContents {
  const buckets: Record<string, Record<string, Record<string, Advisory>>> = {};
  const records: Record<string, VulnerabilityRecord> = {};
  const add = (bucket: string, name: string, id: string, advisory: Advisory): void => {
    buckets[bucket] ??= {};
    buckets[bucket][name] ??= {};
    buckets[bucket][name][id] = advisory;
  };
  for (const { language, debian, facts, records: given } of sources) {
    for (const { language: where, package: name, id, vulnerable, patched, vendorIds } of language)
      add(bucketOf(where), name, id, {
        VulnerableVersions: vulnerable,
        ...(patched.length > 0 && { PatchedVersions: patched }),
        ...(vendorIds && { VendorIDs: vendorIds }),
      });
    for (const [bucket, packages] of Object.entries(debian))
      for (const [name, ids] of Object.entries(packages))
        for (const [id, advisory] of Object.entries(ids)) add(bucket, name, id, advisory);
    for (const [id, each] of Object.entries(facts)) records[id] = mended(records[id], recordOf(id, each));
    Object.assign(records, given);
  }
  const languages = (Object.keys(ECOSYSTEM) as Language[]).map((each) => [bucketOf(each), gitHub(each)]);
  const releases = Object.keys(buckets).filter((name) => name.startsWith("debian "));
  const from = Object.fromEntries([...languages, ...releases.map((name) => [name, DEBIAN])]);
  return { sources: from, advisories: buckets, records };
}

/** A source that does not say how severe an advisory is leaves the severity of one that does. */
function mended(before: VulnerabilityRecord | undefined, after: VulnerabilityRecord): VulnerabilityRecord {
  if (!before || "Severity" in after) return after;
  const { Severity, VendorSeverity } = before;
  return { ...after, ...(Severity !== undefined && { Severity, VendorSeverity }) };
}

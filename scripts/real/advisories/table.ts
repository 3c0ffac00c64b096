import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Advisories, type AdvisoryFacts, type Language, type LanguageAdvisory, severityOf } from "./advisory.ts";

/** Package, id, severity, title, and the vulnerable versions of each branch. */
type LanguageRow = readonly [name: string, id: string, severity: string, title: string, ranges: readonly string[]];
/** Source package, id, severity, title, and a vendor's word or the version with the fix. */
type DebianRow = readonly [name: string, id: string, severity: string, title: string, fix: string];

/** `advisories.json`. */
export interface AdvisoryTable {
  readonly about: string;
  /** Advisories that CISA's catalog has as exploited, and the day by which its agencies had to mend them. */
  readonly exploited: Readonly<Record<string, string>>;
  /** Severities of advisories whose source has none. */
  readonly severities: Readonly<Record<string, string>>;
  readonly languages: Readonly<Record<Language, readonly LanguageRow[]>>;
  readonly debian: Readonly<Record<string, readonly DebianRow[]>>;
}

/** The vendor's words, by their number in Trivy's database. */
const STATUS: Readonly<Record<string, number>> = { affected: 2, will_not_fix: 5, fix_deferred: 6, end_of_life: 7 };
const LOW = 1;

export const readTable = (): AdvisoryTable =>
  JSON.parse(readFileSync(join(import.meta.dirname, "advisories.json"), "utf8"));

/** The table's advisories. A range that ends before a version is fixed in it. */
export function tableAdvisories(table: AdvisoryTable): Advisories {
  const facts: Record<string, AdvisoryFacts> = {};
  const language: LanguageAdvisory[] = [];
  for (const [where, rows] of Object.entries(table.languages) as [Language, readonly LanguageRow[]][])
    for (const [name, id, severity, title, vulnerable] of rows) {
      const patched = vulnerable.flatMap((range) => /< ?([^=\s,]+)$/.exec(range)?.[1] ?? []);
      language.push({ language: where, package: name, id, vulnerable, patched });
      facts[id] = { title, severity: severityOf(severity) };
    }
  const debian: Record<string, Record<string, Record<string, object>>> = {};
  for (const [release, rows] of Object.entries(table.debian))
    for (const [name, id, severity, title, fix] of rows) {
      debian[release] ??= {};
      debian[release][name] ??= {};
      const status = STATUS[fix];
      // Debian's "unimportant" is at the package and beats all others.
      const own = severity === "LOW" ? { Severity: LOW } : {};
      debian[release][name][id] = status === undefined ? { FixedVersion: fix } : { Status: status, ...own };
      facts[id] = { title, severity };
    }
  for (const [id, severity] of Object.entries(table.severities)) facts[id] ??= { title: "", severity };
  return { language, debian, facts, records: {} };
}

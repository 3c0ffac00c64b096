import { z } from "zod";
import type { Finding } from "../domain/finding.ts";
import type { AdvisoryIds } from "../domain/foreign/advisory-ids.ts";
import { orEmpty } from "../domain/json/null-as-empty.ts";
import { joined, number } from "../domain/list-some.ts";
import { type Severity, severityRank, toSeverity } from "../domain/severity.ts";
import type { Artifact, InstalledPackage, Provenance, ScanResult, Target } from "../domain/target.ts";
import { GateError } from "../system/errors.ts";

// What the readers of other scanners' reports share: parts of their schemas, and how they refuse one.

/** A short text of a report. */
export const word = z.string().max(5000);

/** A list of a report. */
export const listOf = <Value extends z.ZodType>(value: Value) => orEmpty(z.array(value), []);

/** The scanner of a report, for messages. */
export interface ReportSource {
  /** `Grype`, as in "The report of Grype …". */
  readonly name: string;
  /** How to make a good one: a full sentence. */
  readonly remedy: string;
}

/** @param what a clause about the report */
export function invalidReport({ name, remedy }: ReportSource, what: string, cause?: unknown): GateError {
  return new GateError("report-invalid", `The report of ${name} ${what}`, remedy, { cause });
}

/** @param what a clause that names the version */
export function unknownVersion({ name }: ReportSource, what: string, known: string): GateError {
  return new GateError("report-schema-unknown", `The report of ${name} ${what}`, `Known are ${known}.`);
}

/** @param what a clause that says what is missing */
export function unfinishedReport({ name, remedy }: ReportSource, what: string): GateError {
  return new GateError("report-unfinished", `The report of ${name} is no finished one: ${what}`, remedy);
}

/**
 * Its scanner has given the image up, so that no waiting helps.
 * @param what a clause that names the scanner's own word for that
 */
export function neverScanned({ name }: ReportSource, what: string): GateError {
  return new GateError(
    "report-unfinished",
    `The report of ${name} has no result: ${what}`,
    "Scan this image here instead of giving its report.",
  );
}

/**
 * A part of a report, checked. Fields that the schema does not name are ignored.
 * @param at the part's place in the report
 * @throws GateError `report-invalid` with the key that is wrong, never with its content
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: ReportSource,
  at: readonly PropertyKey[] = [],
): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const path = [...at, ...(read.error.issues[0]?.path ?? [])].map((key) => String(key).slice(0, 80));
  throw invalidReport(source, `has no content of the right kind at ${JSON.stringify(path.join("."))}`);
}

/**
 * The severity for a scanner's word; Negligible is LOW. A word that the scanner does not use would count as UNKNOWN,
 * which most policies let through.
 * @throws GateError `report-invalid`
 */
export function severityOfWord(word: string, source: ReportSource, at: readonly PropertyKey[]): Severity {
  if (/^negligible$/i.test(word)) return "LOW";
  const severity = toSeverity(word);
  if (severity !== "UNKNOWN" || /^unknown$/i.test(word)) return severity;
  throw invalidReport(
    source,
    `has ${word === "" ? "no severity" : "a severity that its scanner does not know"} at ${JSON.stringify(at.join("."))}`,
  );
}

/** A point in time with its zone, as Go writes it; in ISO 8601. Undefined for Go's zero time and for other texts. */
export function dateIn(text: string | null | undefined): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text ?? "")) return undefined;
  const date = new Date(text as string);
  return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? undefined : date.toISOString();
}

/** A note about the dates that a report lacks. None: it has both. */
export function undatedNotes(
  report: string,
  { scannedAt, databaseUpdatedAt }: Pick<Provenance, "scannedAt" | "databaseUpdatedAt"> = {},
): string[] {
  const missing = joined(" or of ", [scannedAt ? "" : "itself", databaseUpdatedAt ? "" : "its database"]);
  return missing === "" ? [] : [`${report} has no date of ${missing}, so that its age is unknown.`];
}

/** A path as findings have it: without a leading slash. */
export function pathIn(text: string | null | undefined): string | undefined {
  return text?.replace(/^\/+/, "") || undefined;
}

/** The result of reading a report: what the report does not tell is empty. */
export function reportedScan(
  { input, as }: Target,
  { packages, artifact, provenance, ...told }: ReportedParts,
): ScanResult {
  const { notes, ...rest } = provenance;
  return {
    ...told,
    artifact: { names: as === undefined ? [input] : [as, input], ...artifact, packages: packages?.length },
    packages: packages ?? [],
    layers: [],
    suppressed: told.suppressed ?? 0,
    provenance: { ...rest, scanners: ["vuln"], notes },
  };
}

interface ReportedParts extends Pick<ScanResult, "findings" | "coverage" | "provenance"> {
  /** Absent: the report does not list them. */
  readonly packages?: readonly InstalledPackage[];
  readonly artifact?: Partial<Artifact>;
  readonly suppressed?: number;
}

/** A row of a report without what its advisories say. */
type ReportedRow = Omit<Finding, "kind" | "id" | "aliases" | "title" | "status"> & { readonly title?: string };

/** No image has that many. They would fill the memory, and a short report can name many CVEs for many packages. */
const MOST_FINDINGS = 500_000;

/**
 * @param count findings that a report would have
 * @throws GateError `report-invalid`
 */
export function requireFewer(count: number, source: ReportSource): void {
  if (count > MOST_FINDINGS)
    throw invalidReport(source, `has more than ${number(MOST_FINDINGS)} findings, counting each CVE at each package`);
}

/**
 * The findings of all rows.
 * @throws GateError `report-invalid` if there are too many
 */
export function allOf<Row, Found>(
  rows: readonly Row[],
  findingsOf: (row: Row, index: number) => readonly Found[],
  source: ReportSource,
): Found[] {
  const all: Found[] = [];
  for (const [index, row] of rows.entries()) {
    for (const each of findingsOf(row, index)) all.push(each);
    requireFewer(all.length, source);
  }
  return all;
}

/** The findings of a row: one for each advisory that it is about. A title that only repeats the id says nothing. */
export function findingsIn(advisories: readonly AdvisoryIds[], { title = "", ...row }: ReportedRow): Finding[] {
  return advisories.map(({ id, aliases }) => ({
    ...row,
    kind: "vulnerability",
    id,
    ...(aliases.length > 0 && { aliases }),
    title: title === id ? "" : title,
    status: row.fixedVersions.length > 0 ? "fixed" : "unknown",
  }));
}

/** The most severe; undefined if there is none. */
export function worstOf(severities: readonly Severity[]): Severity | undefined {
  return [...severities].sort((a, b) => severityRank(a) - severityRank(b))[0];
}

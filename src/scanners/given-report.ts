import { z } from "zod";
import type { Coverage } from "../domain/coverage.ts";
import type { Finding, FindingPackage } from "../domain/finding.ts";
import type { AdvisoryIds } from "../domain/foreign/advisory-ids.ts";
import { type Reported, reportedCoverage } from "../domain/foreign/reported-coverage.ts";
import { type NamedSystem, shownSystem } from "../domain/foreign/systems.ts";
import { orEmpty } from "../domain/json/null-as-empty.ts";
import { joined, number } from "../domain/list-some.ts";
import { oneLine } from "../domain/one-line.ts";
import { withoutLogin } from "../domain/secrets/logins.ts";
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
  /** How an error about its content begins, and the error's code, if they are others than a given report's. */
  readonly refusal?: { readonly start: string; readonly code: string };
}

/** @param what a clause about the report */
export function invalidReport({ name, remedy, refusal }: ReportSource, what: string, cause?: unknown): GateError {
  const { start, code } = refusal ?? { start: `The report of ${name}`, code: "report-invalid" };
  return new GateError(code, `${start} ${what}`, remedy, { cause });
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

/** A path as findings have it: without a leading slash. */
export function pathIn(text: string | null | undefined): string | undefined {
  return text?.replace(/^\/+/, "") || undefined;
}

/** An advisory on a package, as a report has it. */
export interface ReportedRow {
  readonly advisories: readonly AdvisoryIds[];
  readonly severity: Severity;
  /** Rows that say the same at one place are one finding, the most severe one. Absent: each row is one. */
  readonly place?: string;
  readonly title?: string;
  readonly description?: string | null | undefined;
  /** Addresses; the first one is shown. */
  readonly links?: string | null | undefined;
  /** Absent: the report names no package. */
  readonly about?: (FindingPackage & Pick<Finding, "path">) | undefined;
  readonly fixedVersions: readonly string[];
  /** It names a fix that is not a version. */
  readonly isUnreadable?: boolean;
  readonly publishedAt?: string | undefined;
}

/** No image has that many. They would fill the memory, and a short report can name many CVEs for many packages. */
const MOST_FINDINGS = 500_000;

/** @throws GateError `report-invalid` if there are too many */
export function* limited<Found>(found: Iterable<Found>, source: ReportSource): Generator<Found> {
  let count = 0;
  for (const each of found) {
    if (++count > MOST_FINDINGS)
      throw invalidReport(source, `has more than ${number(MOST_FINDINGS)} findings, counting each CVE at each package`);
    yield each;
  }
}

const LONGEST_TITLE = 300;
const LONGEST_DESCRIPTION = 1000;

/** The findings of a row: one for each advisory that it is about. A title that only repeats the id says nothing. */
function findingsOf({ about, advisories, ...row }: ReportedRow): Finding[] {
  const { name = "", version = "", type = "", ecosystem, purl, path } = about ?? {};
  const { severity, fixedVersions, publishedAt, description, links } = row;
  const title = oneLine(row.title ?? "").slice(0, LONGEST_TITLE);
  // Made once, since a row may be about thousands of advisories.
  const common = {
    ...(description && { description: description.slice(0, LONGEST_DESCRIPTION) }),
    url: links?.split(/\s+/).find((link) => link !== ""),
    ...(about && { package: { name, version, type, ecosystem, purl } }),
    ...{ fixedVersions, status: fixedVersions.length > 0 ? "fixed" : "unknown", publishedAt, path },
  };
  return advisories.map(({ id, aliases }) => ({
    ...{ kind: "vulnerability", id, severity, title: title === id ? "" : title },
    ...(aliases.length > 0 && { aliases }),
    ...common,
  }));
}

/** The findings without those that say the same at one place. */
function onceEach(rows: Iterable<readonly [place: string | undefined, Finding]>): Finding[] {
  const found = new Map<unknown, Finding>();
  for (const [place, finding] of rows) {
    const key = place === undefined ? finding : JSON.stringify([place, finding.id, finding.fixedVersions]);
    const known = found.get(key);
    if (known === undefined || severityRank(finding.severity) < severityRank(known.severity)) found.set(key, finding);
  }
  return [...found.values()];
}

/** What a reader makes of a report. */
interface ReportedParts {
  readonly rows: Iterable<ReportedRow>;
  /** Absent: the report does not list them. */
  readonly packages?: readonly InstalledPackage[];
  readonly artifact?: Partial<Artifact>;
  /** What the report calls the target. */
  readonly claim?: string | undefined;
  /** The distribution that it names. */
  readonly system?: NamedSystem | undefined;
  /** What it proves about what was looked at. */
  readonly looked: Omit<Reported, "system"> | Coverage;
  readonly suppressed?: number;
  readonly provenance: Omit<Partial<Provenance>, "scanners">;
}

/**
 * The result of reading a report: what the report does not tell is empty.
 * @throws GateError `report-invalid`
 */
export function reportedScan(source: ReportSource, { input, as }: Target, parts: ReportedParts): ScanResult {
  const { rows, packages, artifact, claim = "", system, looked, suppressed = 0, provenance } = parts;
  let unreadable = 0;
  function* placed() {
    for (const row of rows) {
      if (row.isUnreadable) unreadable += 1;
      for (const finding of findingsOf(row)) yield [row.place, finding] as const;
    }
  }
  const findings = onceEach(limited(placed(), source));
  const fixes = `${unreadable} of the rows name a fix that is not a version; they count as having none.`;
  return {
    artifact: {
      names: as === undefined ? [input] : [as, input],
      ...(claim !== "" && { claims: [withoutLogin(claim)] }),
      ...(system && { os: shownSystem(system) }),
      ...artifact,
      packages: packages?.length,
    },
    packages: packages ?? [],
    layers: [],
    findings,
    suppressed,
    coverage: "gaps" in looked ? looked : reportedCoverage({ ...looked, system }),
    provenance: {
      scanner: source.name,
      ...provenance,
      scanners: ["vuln"],
      notes: [...undatedNotes(source, provenance), ...(unreadable > 0 ? [fixes] : []), ...(provenance.notes ?? [])],
    },
  };
}

/** A note about the dates that a report lacks. None: it has both. */
export function undatedNotes(
  { name }: ReportSource,
  { scannedAt, databaseUpdatedAt }: Pick<Provenance, "scannedAt" | "databaseUpdatedAt">,
): string[] {
  const missing = joined(" or of ", [scannedAt ? "" : "itself", databaseUpdatedAt ? "" : "its database"]);
  return missing === "" ? [] : [`The report of ${name} has no date of ${missing}, so that its age is unknown.`];
}

/** The most severe; undefined if there is none. */
export function worstOf(severities: readonly Severity[]): Severity | undefined {
  return [...severities].sort((a, b) => severityRank(a) - severityRank(b))[0];
}

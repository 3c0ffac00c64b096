import { z } from "zod";
import { unique } from "../domain/collections.ts";
import type { Coverage } from "../domain/coverage.ts";
import type { Finding, FindingPackage } from "../domain/finding.ts";
import type { AdvisoryIds } from "../domain/foreign/advisory-ids.ts";
import type { StatedFix } from "../domain/foreign/fixes.ts";
import { type ReportEvidence, reportedCoverage } from "../domain/foreign/reported-coverage.ts";
import { type NamedSystem, shownSystem } from "../domain/foreign/systems.ts";
import { isDigest } from "../domain/image/reference.ts";
import { orEmpty } from "../domain/json/checked.ts";
import { isObject } from "../domain/json/is-object.ts";
import { joined, number } from "../domain/list-some.ts";
import { oneLine } from "../domain/one-line.ts";
import { withoutLogin } from "../domain/secrets/logins.ts";
import { type Severity, severityOfScore, severityRank, toSeverity } from "../domain/severity.ts";
import type { Artifact, InstalledPackage, Provenance, ScanResult, Target } from "../domain/target.ts";
import { GateError } from "../system/errors.ts";
import type { GivenReportOptions, ReportReader } from "./scanner.ts";

// Shared by the readers of other scanners' reports: parts of their schemas, and refusals.

/** A short text of a report. */
export const word = z.string().max(5000);

/** A list of a report. */
export const listOf = <Value extends z.ZodType>(value: Value) => orEmpty(z.array(value), []);

/** Optional short texts of a report, by their keys. */
export function words<Key extends string>(...keys: readonly Key[]) {
  return Object.fromEntries(keys.map((key) => [key, optional])) as Record<Key, typeof optional>;
}
const optional = word.nullish();

/** A scanner's name and wording in messages about its reports. */
interface SourceWords {
  /** `Grype`, as in "The report of Grype …". */
  readonly name: string;
  /** How to make a good one: a full sentence. */
  readonly remedy: string;
  /** Its words for severities below LOW, which count as LOW. */
  readonly lowest?: RegExp;
  /** The beginning and the code of errors about its content, if they differ from a given report's. */
  readonly refusal?: { readonly start: string; readonly code: string };
}

/** The parts of a reader that differ between scanners. */
interface Reading extends Pick<ReportReader, "madeBy"> {
  owns(document: Json): boolean;
  /** The digests that a document says it is about. Values that are not digests are left out. */
  digests(document: Json): readonly unknown[];
  /** @throws GateError `report-…` */
  parts(document: Json, target: Target): ReportedParts;
}

/** A part of a report whose shape is unchecked. */
export type Json = Readonly<Record<string, unknown>>;

/** The scanner of a report: reads, checks and refuses its reports. */
export class ReportSource {
  readonly name: string;
  readonly #words: SourceWords;

  constructor(words: SourceWords) {
    this.name = words.name;
    this.#words = words;
  }

  reader({ owns, digests, parts, ...own }: Reading): ReportReader {
    return {
      name: this.name,
      ...own,
      owns: (document) => isObject(document) && owns(document),
      digests: (document) =>
        isObject(document) ? unique(digests(document).filter((each) => typeof each === "string")).filter(isDigest) : [],
      given: ({ value }, target, options) => this.scan(target, options, parts(value as Json, target)),
    };
  }

  /** @param what a clause about the report */
  invalid(what: string, cause?: unknown): GateError {
    const { remedy, refusal } = this.#words;
    const { start, code } = refusal ?? { start: `The report of ${this.name}`, code: "report-invalid" };
    return new GateError(code, `${start} ${what}`, remedy, { cause });
  }

  /** @param what a clause that names the version */
  unknownVersion(what: string, known: string): GateError {
    return new GateError("report-schema-unknown", `The report of ${this.name} ${what}`, `Known are ${known}.`);
  }

  /** @param what a clause that says what is missing */
  unfinished(what: string): GateError {
    const remedy = `${this.#words.remedy} If its scanner cannot scan the image, scan it here.`;
    return new GateError("report-unfinished", `The report of ${this.name} is not finished: ${what}`, remedy);
  }

  /**
   * Requires that a scanner reports the end of its scan as successful.
   * @throws GateError `report-unfinished`
   */
  requireEnded(key: string, state: unknown, ended: RegExp): void {
    if (typeof state === "string" && ended.test(state)) return;
    const isWord = typeof state === "string" && /^[A-Za-z_]{1,40}$/.test(state);
    throw this.unfinished(`its \`${key}\` is ${isWord ? JSON.stringify(state) : "missing, or not a word"}`);
  }

  /**
   * A part of a report, checked. Fields that the schema does not name are ignored.
   * @param at the part's place in the report
   * @throws GateError `report-invalid` with the wrong key, never with its content
   */
  checked<Schema extends z.ZodType>(schema: Schema, value: unknown, at: readonly PropertyKey[] = []): z.output<Schema> {
    // Compiling a schema pays off only for rows.
    const read = schema.safeParse(value, { jitless: at.length === 0 });
    if (read.success) return read.data;
    const path = [...at, ...(read.error.issues[0]?.path ?? [])].map((key) => String(key).slice(0, 80));
    throw this.invalid(`has no content of the right kind at ${placeWords(path)}`);
  }

  /**
   * The severity for a scanner's word. A word that the scanner does not use would count as UNKNOWN,
   * which most policies let through.
   * @throws GateError `report-invalid`
   */
  severityOfWord(word: string, at: readonly PropertyKey[]): Severity {
    if (this.#words.lowest?.test(word)) return "LOW";
    const severity = toSeverity(word);
    if (severity !== "UNKNOWN" || /^unknown$/i.test(word)) return severity;
    const what = word === "" ? "no severity" : "a severity that its scanner does not have";
    throw this.invalid(`has ${what} at ${placeWords(at)}`);
  }

  /**
   * The severity that the first word states, otherwise the severity for the score.
   * @throws GateError `report-invalid`
   */
  severityOf(
    words: readonly (string | null | undefined)[],
    score: number | null | undefined,
    at: readonly PropertyKey[],
  ): Severity {
    const stated = words.find((each) => each != null);
    const severity = stated == null ? "UNKNOWN" : this.severityOfWord(stated, at);
    return severity === "UNKNOWN" && score != null ? severityOfScore(score) : severity;
  }

  /**
   * The result of reading a report. Facts that the report lacks are empty.
   * @throws GateError `report-invalid`
   */
  scan(target: Target, options: GivenReportOptions, parts: ReportedParts): ScanResult {
    const { rows, packages, artifact, claim, digest, system, looked, suppressed = 0, provenance } = parts;
    const { findings, unreadable } = findingsIn(rows, this, options);
    const fixes = `${unreadable} of the rows name a fix that is not a version; they count as having none.`;
    return {
      artifact: {
        names: namesOf(target),
        ...(claim && { claims: [withoutLogin(claim)] }),
        ...(system && { os: shownSystem(system) }),
        ...(isDigest(digest ?? "") && { referenceDigest: digest }),
        ...artifact,
        packages: packages?.length,
      },
      packages: packages ?? [],
      layers: [],
      findings,
      suppressed,
      coverage: "gaps" in looked ? looked : reportedCoverage({ ...looked, system }),
      provenance: {
        scanner: this.name,
        ...provenance,
        scanners: ["vuln"],
        notes: [...undatedNotes(this, provenance), ...(unreadable > 0 ? [fixes] : []), ...(provenance.notes ?? [])],
      },
    };
  }
}

/**
 * The names that a policy's `images` and VEX documents can match: only the one that the user typed. A builder can claim
 * any tag.
 */
export function namesOf({ as, input }: Target): string[] {
  return as === undefined ? [input] : [as, input];
}

/** The place of a value in a report, as text for messages. */
export function placeWords(at: readonly PropertyKey[]): string {
  return JSON.stringify(at.join("."));
}

/** A point in time with its zone, as Go writes it; in ISO 8601. Undefined for Go's zero time and for other texts. */
export function dateIn(text: string | null | undefined): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text ?? "")) return undefined;
  const date = new Date(text as string);
  return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? undefined : date.toISOString();
}

/** A path in a finding's form: without a leading slash. */
export function pathIn(text: string | null | undefined): string | undefined {
  return text?.replace(/^\/+/, "") || undefined;
}

/** A report's row: advisories on a package. */
export interface ReportedRow {
  readonly advisories: readonly AdvisoryIds[];
  readonly severity: Severity;
  /** Rows with the same content at one place are one finding, the most severe one. Absent: each row is one. */
  readonly place?: string;
  readonly title?: string;
  readonly description?: string | null | undefined;
  /** Addresses; the first one is shown. */
  readonly links?: string | null | undefined;
  /** Absent: the report names no package. */
  readonly about?: (FindingPackage & Pick<Finding, "path">) | undefined;
  readonly fix: StatedFix;
  readonly publishedAt?: string | undefined;
}

/** No real image has this many. They would fill the memory, and a short report can name many CVEs for many packages. */
const MOST_FINDINGS = 500_000;

/** @throws GateError `report-invalid` */
export function requireFewer(count: number, source: ReportSource): void {
  if (count > MOST_FINDINGS)
    throw source.invalid(`has more than ${number(MOST_FINDINGS)} findings, counting each CVE at each package`);
}

const LONGEST_TITLE = 300;
const LONGEST_DESCRIPTION = 1000;

/** The findings of a row: one for each advisory that it is about. A title that only repeats the id says nothing. */
function findingsOf(row: ReportedRow, { descriptions = false }: GivenReportOptions): Finding[] {
  const { about, severity, publishedAt } = row;
  const { versions: fixedVersions } = row.fix;
  // Made once, since a row may be about thousands of advisories.
  const title = oneLine(row.title ?? "").slice(0, LONGEST_TITLE);
  const description = (descriptions && row.description?.slice(0, LONGEST_DESCRIPTION)) || undefined;
  const url = row.links?.split(/\s+/).find((link) => link !== "");
  const { name = "", version = "", type = "", ecosystem, purl, path } = about ?? {};
  const named = about && { name, version, type, ecosystem, purl };
  const status = fixedVersions.length > 0 ? "fixed" : "unknown";
  const kind = "vulnerability";
  return row.advisories.map(({ id, aliases }) => {
    const own = { kind, id, severity, title: title === id ? "" : title, description, url, path } as const;
    const finding = { ...own, package: named, fixedVersions, status, publishedAt };
    return aliases.length === 0 ? finding : { ...finding, aliases };
  });
}

/** The findings of all rows, without repeated ones at one place, and the number of unreadable fixes. */
function findingsIn(rows: Iterable<ReportedRow>, source: ReportSource, options: GivenReportOptions) {
  const findings: Finding[] = [];
  const places = new Map<string, number>();
  let [count, unreadable] = [0, 0];
  for (const row of rows) {
    if (row.fix.isUnreadable) unreadable += 1;
    for (const finding of findingsOf(row, options)) {
      requireFewer(++count, source);
      const key = row.place && JSON.stringify([row.place, finding.id, finding.fixedVersions]);
      const at = key === undefined ? undefined : places.get(key);
      if (at === undefined) findings.push(finding);
      else if (severityRank(finding.severity) < severityRank(findings[at]?.severity ?? "UNKNOWN"))
        findings[at] = finding;
      if (key !== undefined && at === undefined) places.set(key, findings.length - 1);
    }
  }
  return { findings, unreadable };
}

/** The parts of a report that its reader extracts. */
export interface ReportedParts {
  readonly rows: Iterable<ReportedRow>;
  /** Absent: the report does not list them. */
  readonly packages?: readonly InstalledPackage[];
  readonly artifact?: Partial<Artifact>;
  /** The report's name for the target. */
  readonly claim?: string | null | undefined;
  /** Possibly the image's digest, by the report. */
  readonly digest?: string | undefined;
  /** The distribution that it names. */
  readonly system?: NamedSystem | undefined;
  /** The coverage that it proves. */
  readonly looked: Omit<ReportEvidence, "system"> | Coverage;
  readonly suppressed?: number;
  readonly provenance: Omit<Partial<Provenance>, "scanners">;
}

/** A note about the dates that a report lacks. None: it has both. */
export function undatedNotes(
  { name }: Pick<ReportSource, "name">,
  { scannedAt, databaseUpdatedAt }: Pick<Provenance, "scannedAt" | "databaseUpdatedAt">,
): string[] {
  const missing = joined(" or of ", [scannedAt ? "" : "itself", databaseUpdatedAt ? "" : "its database"]);
  return missing === "" ? [] : [`The report of ${name} has no date of ${missing}, so that its age is unknown.`];
}

/** The most severe; undefined if there is none. */
export function worstOf(severities: readonly Severity[]): Severity | undefined {
  return [...severities].sort((a, b) => severityRank(a) - severityRank(b))[0];
}

import { z } from "zod";
import { type Finding, type FindingPackage, fixedVersionsIn, UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { isObject } from "../../domain/json/is-object.ts";
import { memoize } from "../../domain/memoize.ts";
import { SEVERITIES, type Severity, toSeverity } from "../../domain/severity.ts";
import { dateIn } from "../given-report.ts";

// Harbor's native report (its src/pkg/scan/vuln/report.go): what its API answers, and what is given as a file.

/** The formats of a report, best first, which have the same fields as far as they are read here. */
export const REPORT_FORMATS = [
  "application/vnd.security.vulnerability.report; version=1.1",
  "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0",
] as const;

/** Of what Harbor has in several formats, the best one. */
export function bestFormat<T>(found: Readonly<Record<string, T>> | null | undefined): T | undefined {
  const format = REPORT_FORMATS.find((each) => found && Object.hasOwn(found, each));
  return format && found?.[format];
}

export const scannerSchema = z.object({
  name: z.string().max(200).nullish(),
  vendor: z.string().max(200).nullish(),
  version: z.string().max(200).nullish(),
});
export type HarborScannerName = z.output<typeof scannerSchema>;

/** No image has that many. They would fill the memory. */
const MOST_ROWS = 200_000;

const rowSchema = z.object({
  id: z.string().min(1).max(1000),
  package: z.string().max(5000),
  version: z.string().max(5000),
  fix_version: z.string().max(20_000).nullish(),
  severity: z.string().max(100),
  links: z.array(z.string()).nullish().catch(undefined),
  artifact_digests: z.array(z.string()).nullish(),
});
type Row = z.output<typeof rowSchema>;

const reportSchema = z.object({
  generated_at: z.string(),
  scanner: scannerSchema.nullish(),
  /** That of the worst vulnerability. */
  severity: z.string().nullish(),
  // Without the list it is unknown whether there are any. Some scanners write `null` about a clean image.
  vulnerabilities: z
    .array(rowSchema)
    .max(MOST_ROWS)
    .nullable()
    .transform((rows) => rows ?? []),
});

/** A report that was read. */
export interface HarborReport {
  readonly rows: readonly Row[];
  readonly scanner: HarborScannerName | undefined;
  /** When it was made. Undefined: it does not say. */
  readonly made: Date | undefined;
}

/**
 * Reads a report.
 * @param refuse makes the error of a clause that says what is wrong with the report
 * @throws what `refuse` makes
 */
export function readReport(value: unknown, refuse: (why: string) => Error): HarborReport {
  const read = reportSchema.safeParse(value);
  if (!read.success) {
    const path = read.error.issues[0]?.path.map((key) => String(key).slice(0, 80)) ?? [];
    throw refuse(`has no content of the right kind at ${JSON.stringify(path.join("."))}`);
  }
  const { generated_at: made, scanner, severity, vulnerabilities: rows } = read.data;
  if (rows.length === 0 && severity != null && toSeverity(severity) !== UNRATED)
    throw refuse("lists nothing, although its worst vulnerability has a severity");
  const date = dateIn(made);
  return { rows, scanner: scanner ?? undefined, made: date === undefined ? undefined : new Date(date) };
}

/** How the scanner is shown that Harbor has used. */
export function scannerOf({ name, vendor, version }: HarborScannerName = {}) {
  const scanner = `Harbor's ${name || "scanner"}${vendor ? ` (${vendor})` : ""}`;
  return { scanner, scannerVersion: version || undefined };
}

/**
 * The findings of a report's rows.
 * @throws what `refuse` makes, as of {@link readReport}
 */
export function findingsOf(rows: readonly Row[], refuse: (why: string) => Error): Finding[] {
  const versionsOf = memoize(fixedVersionsIn);
  let last: FindingPackage | undefined;
  return rows.map((row) => {
    const { id, package: name, version, fix_version: fix, links } = row;
    if (last?.name !== name || last.version !== version) last = { name, version, type: UNSPECIFIED_TYPE };
    const fixedVersions = versionsOf(fix ?? "");
    return {
      kind: "vulnerability",
      id,
      severity: severityOf(row, refuse),
      title: "",
      url: links?.[0],
      package: last,
      fixedVersions,
      status: fixedVersions.length > 0 ? "fixed" : "unknown",
    };
  });
}

/** What has no severity. */
const UNRATED = toSeverity(undefined);
/** The mildest severity that is one. */
const LEAST = SEVERITIES.filter((each) => each !== UNRATED).at(-1) as Severity;

/**
 * Harbor keeps a scanner's `Negligible` as `None` (ParseSeverityVersion3 in its src/pkg/scan/vuln/severity.go). A word
 * that it does not use would count as UNKNOWN, which most policies let through.
 */
function severityOf({ severity: text }: Row, refuse: (why: string) => Error): Severity {
  if (/^(?:none|negligible)$/i.test(text)) return LEAST;
  const severity = toSeverity(text);
  if (severity === UNRATED && text.toUpperCase() !== UNRATED) throw refuse("has a severity that Harbor does not know");
  return severity;
}

/** The digests of the images that a report is about. A row of an index's report names some of its images. */
export function digestsIn(report: unknown): { readonly own: unknown; readonly all: ReadonlySet<unknown> } {
  const { artifact, vulnerabilities } = isObject(report) ? report : {};
  const own = isObject(artifact) ? artifact.digest : undefined;
  const rows: unknown[] = Array.isArray(vulnerabilities) ? vulnerabilities : [];
  const named = rows.flatMap((row): unknown[] =>
    isObject(row) && Array.isArray(row.artifact_digests) ? row.artifact_digests : [],
  );
  return { own, all: new Set([own, ...named]) };
}

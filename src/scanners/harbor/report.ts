import { z } from "zod";
import { fixedVersionsIn, UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { isObject } from "../../domain/json/is-object.ts";
import { memoize } from "../../domain/memoize.ts";
import { toSeverity } from "../../domain/severity.ts";
import {
  checked,
  dateIn,
  invalidReport,
  type ReportedRow,
  type ReportSource,
  severityOfWord,
} from "../given-report.ts";

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
 * @throws GateError `report-invalid`, or as the source says
 */
export function readReport(value: unknown, source: ReportSource): HarborReport {
  const { generated_at: made, scanner, severity, vulnerabilities: rows } = checked(reportSchema, value, source);
  if (rows.length === 0 && severity != null && toSeverity(severity) !== "UNKNOWN")
    throw invalidReport(source, "lists nothing, although its worst vulnerability has a severity");
  const date = dateIn(made);
  return { rows, scanner: scanner ?? undefined, made: date === undefined ? undefined : new Date(date) };
}

/** How the scanner is shown that Harbor has used. */
export function scannerOf({ name, vendor, version }: HarborScannerName = {}) {
  const scanner = `Harbor's ${name || "scanner"}${vendor ? ` (${vendor})` : ""}`;
  return { scanner, scannerVersion: version || undefined };
}

/** @throws GateError as {@link readReport} */
export function* rowsOf(rows: readonly Row[], source: ReportSource): Generator<ReportedRow> {
  const versionsIn = memoize(fixedVersionsIn);
  for (const [index, { id, package: name, version, fix_version: fix, links, severity: word }] of rows.entries())
    yield {
      advisories: [{ id, aliases: [] }],
      // Harbor keeps a scanner's `Negligible` as `None` (ParseSeverityVersion3 in its src/pkg/scan/vuln/severity.go).
      severity: severityOfWord(/^none$/i.test(word) ? "Low" : word, source, ["vulnerabilities", index, "severity"]),
      links: links?.[0],
      about: { name, version, type: UNSPECIFIED_TYPE },
      fixedVersions: versionsIn(fix ?? ""),
    };
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

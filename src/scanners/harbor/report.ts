import { z } from "zod";
import { unspecifiedCoverage } from "../../domain/coverage/gaps.ts";
import type { Gap } from "../../domain/coverage.ts";
import { fixedVersionsIn, UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { withReportGap } from "../../domain/foreign/reported-coverage.ts";
import { parseReference } from "../../domain/image/reference.ts";
import { isObject, listIn } from "../../domain/json/is-object.ts";
import { memoize } from "../../domain/memoize.ts";
import { type Severity, severityRank, toSeverity } from "../../domain/severity.ts";
import type { Target } from "../../domain/target.ts";
import { dateIn, type Json, type ReportedParts, type ReportedRow, ReportSource, worstOf } from "../given-report.ts";

// Harbor's native report (its src/pkg/scan/vuln/report.go), from its API or from a file.

/** The formats of a report, best first. The fields that are read here are the same in all. */
export const REPORT_FORMATS = [
  "application/vnd.security.vulnerability.report; version=1.1",
  "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0",
] as const;

/** The best of the formats that Harbor has. */
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
type Row = Omit<z.output<typeof rowSchema>, "severity"> & { readonly severity: Severity };

const reportSchema = z.object({
  generated_at: z.string(),
  scanner: scannerSchema.nullish(),
  /** The severity of the worst vulnerability. */
  severity: z.string().nullish(),
  // Without the list it is unknown whether there are any. Some scanners write `null` about a clean image.
  vulnerabilities: z
    .array(rowSchema)
    .max(MOST_ROWS)
    .nullable()
    .transform((rows) => rows ?? []),
});

/** Harbor stores a scanner's `Negligible` as `None` (ParseSeverityVersion3 in its src/pkg/scan/vuln/severity.go). */
export const LOWEST = /^(?:negligible|none)$/i;

/**
 * Reads a report.
 * @throws GateError `report-invalid`, or the source's code
 */
export function readReport(value: unknown, source: ReportSource) {
  const report = source.checked(reportSchema, value);
  const rows = report.vulnerabilities.map((row, index): Row => {
    return { ...row, severity: source.severityOfWord(row.severity, ["vulnerabilities", index, "severity"]) };
  });
  const worst = worstOf(rows.map(({ severity }) => severity)) ?? "UNKNOWN";
  if (severityRank(toSeverity(report.severity ?? undefined)) < severityRank(worst))
    throw source.invalid("lists nothing that has the severity of its worst vulnerability");
  const date = dateIn(report.generated_at);
  // Undefined: it does not say when it was made.
  return { rows, scanner: report.scanner ?? undefined, made: date === undefined ? undefined : new Date(date) };
}

/** The name under which Harbor's scanner is shown. */
export function scannerOf({ name, vendor, version }: HarborScannerName = {}) {
  const scanner = `Harbor's ${name || "scanner"}${vendor ? ` (${vendor})` : ""}`;
  return { scanner, scannerVersion: version || undefined };
}

export function* rowsOf(rows: readonly Row[]): Generator<ReportedRow> {
  const versionsIn = memoize(fixedVersionsIn);
  for (const { id, package: name, version, fix_version: fix, links, severity } of rows)
    yield {
      advisories: [{ id, aliases: [] }],
      severity,
      links: links?.[0],
      about: { name, version, type: UNSPECIFIED_TYPE },
      fix: { versions: versionsIn(fix ?? ""), isUnreadable: false },
    };
}

/** The digests of the images that a report is about. A row of an index's report names some of its images. */
function digestsIn(report: unknown): readonly [own: unknown, ...others: readonly unknown[]] {
  const { artifact, vulnerabilities } = isObject(report) ? report : {};
  const rows = listIn(vulnerabilities).filter(isObject);
  return [isObject(artifact) ? artifact.digest : undefined, ...rows.flatMap((row) => listIn(row.artifact_digests))];
}

const HARBOR = new ReportSource({
  name: "Harbor",
  lowest: LOWEST,
  remedy:
    "Let Harbor scan the image again, and give its whole answer to `GET …/artifacts/DIGEST/additions/vulnerabilities`.",
});

/** Reads Harbor's native report from a file: the API's answer, or the report in it. */
export const harborReports = HARBOR.reader({
  madeBy: "Harbor's report (`GET …/artifacts/DIGEST/additions/vulnerabilities`)",
  owns: (document) => isAnswer(document) || isReport(document),
  digests: (document) => digestsIn(innerOf(document)),
  parts: (document, target) => partsOf(innerOf(document), target),
});

function isAnswer(document: Json): boolean {
  return REPORT_FORMATS.some((format) => Object.hasOwn(document, format));
}

function isReport(document: Json): boolean {
  return typeof document.generated_at === "string" && "scanner" in document && "vulnerabilities" in document;
}

/** The report within an answer, under its format. */
function innerOf(document: Json): unknown {
  return isAnswer(document) ? bestFormat(document) : document;
}

function partsOf(inner: unknown, target: Target): ReportedParts {
  if (inner === null) throw HARBOR.unfinished("the answer has no report in it");
  const { rows, scanner, made } = readReport(inner, HARBOR);
  // From an index's report, the rows about the image that the line names. Rows without an image count for all.
  const asked = target.as === undefined ? undefined : parseReference(target.as)?.digest;
  const [own, ...others] = digestsIn(inner);
  const isOfImage = asked !== undefined && asked !== own && others.includes(asked);
  const about = rows.filter(({ artifact_digests: of }) => !isOfImage || !of?.length || of.includes(asked));
  return {
    rows: rowsOf(about),
    looked: rows.length > 0 ? unspecifiedCoverage() : withReportGap(unspecifiedCoverage(), NOTHING),
    provenance: {
      ...scannerOf(scanner),
      scannedAt: made?.toISOString(),
      source: "an existing report of Harbor",
    },
  };
}

const NOTHING: Gap = {
  code: "os-unknown",
  what: "Harbor's report lists no vulnerability and no package, so there is no sign that its scanner knows the image's distribution",
  remedy: "Check in Harbor that its scanner knows the distribution. Or scan the image here.",
};

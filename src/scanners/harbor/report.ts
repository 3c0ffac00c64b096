import { z } from "zod";
import { unspecifiedCoverage } from "../../domain/coverage/gaps.ts";
import { type Finding, type FindingPackage, fixedVersionsIn, UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { memoize } from "../../domain/memoize.ts";
import { SEVERITIES, type Severity, toSeverity } from "../../domain/severity.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import { dateIn } from "../given-report.ts";

/** The formats of Harbor's native report, which have the same fields as far as they are read here. */
export const REPORT_FORMATS = [
  "application/vnd.security.vulnerability.report; version=1.1",
  "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0",
] as const;

const scannerSchema = z.object({
  name: z.string().max(200).nullish(),
  vendor: z.string().max(200).nullish(),
  version: z.string().max(200).nullish(),
});
export type HarborScannerName = z.output<typeof scannerSchema>;

const summarySchema = z.object({
  /** `Success` if it ended well; `Pending`, `Scheduled`, `Running`, `Stopped`, `Error`, … */
  scan_status: z.string(),
  complete_percent: z.number().nullish(),
  scanner: scannerSchema.nullish(),
  summary: z.object({ total: z.number().nullish() }).nullish(),
});
export type ScanSummary = z.output<typeof summarySchema>;

/** What Harbor knows of an artifact (api/v2.0/swagger.yaml, `Artifact`). */
export const artifactSchema = z.object({
  digest: z.string(),
  /** `IMAGE`, also of an index. */
  type: z.string(),
  references: z
    .array(
      z.object({
        child_digest: z.string(),
        platform: z
          .object({ os: z.string().nullish(), architecture: z.string().nullish(), variant: z.string().nullish() })
          .nullish(),
      }),
    )
    .nullish(),
  extra_attrs: z
    .object({ os: z.string().nullish().catch(undefined), architecture: z.string().nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  scan_overview: z.record(z.string(), summarySchema).nullish(),
});
export type ScannedArtifact = z.output<typeof artifactSchema>;

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

/** Harbor's native report (its src/pkg/scan/vuln/report.go). */
export const reportSchema = z.object({
  generated_at: z.string(),
  scanner: scannerSchema.nullish(),
  /** That of the worst vulnerability. */
  severity: z.string().nullish(),
  // Without the list it is unknown whether there are any.
  vulnerabilities: z.array(rowSchema).max(MOST_ROWS),
});
export type HarborReport = z.output<typeof reportSchema>;
type Row = z.output<typeof rowSchema>;

/** The answer about an artifact's vulnerabilities: at most one report, by its format. */
export const reportsSchema = z.record(z.string(), z.unknown());

/** Of the formats that Harbor has, the best one that can be read. */
export function bestFormat<T>(found: Readonly<Record<string, T>> | null | undefined): T | undefined {
  for (const format of REPORT_FORMATS) if (found && Object.hasOwn(found, format)) return found[format];
  return undefined;
}

/** What is known about a report apart from itself. */
export interface ReportContext {
  /** The digest of the image that it must be of. */
  readonly digest: string;
  readonly platform?: string | undefined;
  readonly summary: ScanSummary;
  readonly now: Date;
  /** The highest age of the database, in milliseconds. */
  readonly maxAgeMs: number;
  /** When the database of that scanner was built, as far as Harbor tells it. */
  readonly databaseOf: (scanner: HarborScannerName) => string | undefined;
}

/** Tolerance for a clock that is ahead. */
const HOUR_MS = 60 * 60 * 1000;

/**
 * Harbor's report in our own terms. It lists no packages, only those with a finding, and says nothing about what its
 * scanner has looked at.
 * @throws GateError `harbor-report-invalid`, `harbor-report-stale`
 */
export function readReport(found: unknown, target: Target, context: ReportContext): ScanResult {
  const read = reportSchema.safeParse(found);
  if (!read.success) throw invalid(target, `its ${placeOf(read.error)} is not as Harbor describes it`);
  const report = read.data;
  requireOwnReport(report, target, context);
  const made = instantIn(report.generated_at);
  if (made === undefined) throw invalid(target, "it does not say when it was made");
  const { now, platform } = context;
  if (made.getTime() > now.getTime() + HOUR_MS) throw invalid(target, "it was made in the future");
  const scanner = report.scanner ?? context.summary.scanner ?? {};
  const database = databaseBefore(made, context.databaseOf(scanner));
  requireFresh(made, database, target, context);
  const { rows, gaps } = unspecifiedCoverage();
  const since = { subject: "Vulnerability database", status: "not-known", detail: UNSPECIFIED_DATABASE } as const;
  return {
    artifact: { names: [target.input], platform, packages: undefined },
    packages: [],
    layers: [],
    findings: findingsOf(report.vulnerabilities, (why) => invalid(target, why)),
    suppressed: 0,
    coverage: { rows: database === undefined ? [...rows, since] : rows, gaps },
    provenance: {
      scanner: nameOf(scanner),
      scannerVersion: scanner.version || undefined,
      databaseUpdatedAt: database?.toISOString(),
      scannedAt: made.toISOString(),
      source: `the report of Harbor's own scan of ${made.toISOString().slice(0, 10)}`,
      digestUnknown: "Harbor's report was read and not the image",
      scanners: ["vuln"],
    },
  };
}

const UNSPECIFIED_DATABASE = "Harbor does not tell its date; it is no newer than the report";

function nameOf({ name, vendor }: HarborScannerName): string {
  return `Harbor's ${name || "scanner"}${vendor ? ` (${vendor})` : ""}`;
}

/** A scanner's database may have been renewed after the scan: then its date says nothing about the report. */
function databaseBefore(made: Date, updatedAt: string | undefined): Date | undefined {
  const built = updatedAt === undefined ? undefined : instantIn(updatedAt);
  return built !== undefined && built.getTime() <= made.getTime() ? built : undefined;
}

/**
 * What was published since cannot be in an old report. No report is older than the database that it was made with.
 * @throws GateError `harbor-report-stale`
 */
function requireFresh(made: Date, database: Date | undefined, target: Target, { now, maxAgeMs }: ReportContext): void {
  const isOld = (date: Date) => now.getTime() - date.getTime() > maxAgeMs;
  const what = isOld(made) ? "report" : database !== undefined && isOld(database) ? "scanner's database" : undefined;
  if (what === undefined) return;
  const hours = Math.round(maxAgeMs / HOUR_MS).toLocaleString("en-US");
  const since = (what === "report" ? made : (database ?? made)).toISOString().slice(0, 16).replace("T", " ");
  throw new GateError(
    "harbor-report-stale",
    `Harbor's ${what} for ${target.label} is of ${since} UTC, and so older than \`max-db-age\` allows (${hours} hours)`,
    what === "report"
      ? "Let Harbor scan every day (Interrogation Services, Vulnerability, Schedule to scan all), or raise `max-db-age`."
      : "See why the scanner does not renew its database, or raise `max-db-age`.",
  );
}

/** @throws GateError `harbor-report-invalid` */
function requireOwnReport(report: HarborReport, target: Target, { digest, summary }: ReportContext): void {
  const { vulnerabilities: rows, severity } = report;
  if (rows.some(({ artifact_digests: digests }) => digests && digests.length > 0 && !digests.includes(digest)))
    throw invalid(target, "it has findings of another image");
  const counted = (summary.summary?.total ?? 0) > 0;
  if (rows.length === 0 && (counted || isRated(severity)))
    throw invalid(target, "it lists nothing, although by its summary there are vulnerabilities");
}

/** Whether the worst vulnerability of a report has a severity, so that it lists one. */
export function isRated(severity: string | null | undefined): boolean {
  return severity != null && toSeverity(severity) !== UNRATED;
}

/**
 * The findings of a report's rows.
 * @param refuse makes the error of a clause that says what is wrong with `it`, the report
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

/** Harbor keeps a scanner's `Negligible` as `None` (ParseSeverityVersion3 in its src/pkg/scan/vuln/severity.go). */
function isLeast(text: string): boolean {
  return /^(?:none|negligible)$/i.test(text);
}

/**
 * A word that Harbor does not use would count as UNKNOWN, which most policies let through.
 * @throws what `refuse` makes
 */
function severityOf({ severity: text }: Row, refuse: (why: string) => Error): Severity {
  if (isLeast(text)) return LEAST;
  const severity = toSeverity(text);
  if (severity === UNRATED && text.toUpperCase() !== UNRATED)
    throw refuse("it has a severity that Harbor does not know");
  return severity;
}

function instantIn(text: string): Date | undefined {
  const date = dateIn(text);
  return date === undefined ? undefined : new Date(date);
}

/** The key that is wrong, without a word of the report's own. */
function placeOf({ issues }: z.ZodError): string {
  const path = issues[0]?.path ?? [];
  return path.length === 0 ? "content" : path.map(String).join(".");
}

/** @param why a clause that says what is wrong with `it`, the report */
export function invalid({ label }: Target, why: string): GateError {
  return new GateError(
    "harbor-report-invalid",
    `Harbor's report on ${label} cannot be judged: ${why}`,
    "Let Harbor scan the image again. If that does not help, scan it here: take `harbor-report` out.",
  );
}

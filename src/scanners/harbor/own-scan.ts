import { z } from "zod";
import { unspecifiedCoverage } from "../../domain/coverage/gaps.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import { dateIn, ReportSource } from "../given-report.ts";
import { type HarborScannerName, LOWEST, readReport, rowsOf, scannerOf, scannerSchema } from "./report.ts";

const summarySchema = z.object({
  /** `Success` if it ended well; `Pending`, `Scheduled`, `Running`, `Stopped`, `Error`, … */
  scan_status: z.string(),
  complete_percent: z.number().nullish(),
  scanner: scannerSchema.nullish(),
  summary: z.object({ total: z.number().nullish() }).nullish(),
});
export type ScanSummary = z.output<typeof summarySchema>;

const platformSchema = z.object({
  os: z.string().nullish(),
  architecture: z.string().nullish(),
  variant: z.string().nullish(),
});
export type HarborPlatform = z.output<typeof platformSchema>;

/** Harbor's record of an artifact (api/v2.0/swagger.yaml, `Artifact`). */
export const artifactSchema = z.object({
  digest: z.string(),
  /** `IMAGE`, also for an index. */
  type: z.string(),
  references: z.array(z.object({ child_digest: z.string(), platform: platformSchema.nullish() })).nullish(),
  extra_attrs: z
    .object({ os: z.string().nullish().catch(undefined), architecture: z.string().nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  scan_overview: z.record(z.string(), summarySchema).nullish(),
});
export type ScannedArtifact = z.output<typeof artifactSchema>;

/** Facts about a report that it does not contain itself. */
export interface ReportContext {
  /** The digest of the expected image. */
  readonly digest: string;
  readonly platform?: string | undefined;
  readonly summary: ScanSummary;
  readonly now: Date;
  /** The highest age of the report and of its database, in milliseconds. */
  readonly maxAgeMs: number;
  /** The date on which that scanner's database was built (ISO 8601), if Harbor shows it. */
  readonly databaseOf: (scanner: HarborScannerName) => string | undefined;
}

/** Tolerance for a clock that is ahead. */
const HOUR_MS = 60 * 60 * 1000;

/**
 * The result of Harbor's own scan. Its report lists only packages with a finding, and does not say what its scanner has
 * looked at.
 * @throws GateError `harbor-report-invalid`, `harbor-report-stale`
 */
export function ownScan(found: unknown, target: Target, context: ReportContext): ScanResult {
  const { digest, platform, summary, now } = context;
  const source = sourceOf(target);
  const report = readReport(found, source);
  const { rows, made } = report;
  if (rows.some(({ artifact_digests: of }) => of && of.length > 0 && !of.includes(digest)))
    throw source.invalid("has findings of another image");
  if (rows.length === 0 && (summary.summary?.total ?? 0) > 0)
    throw source.invalid("lists nothing, although its summary counts vulnerabilities");
  if (made === undefined) throw source.invalid("does not say when it was made");
  if (made.getTime() > now.getTime() + HOUR_MS) throw source.invalid("was made in the future");
  const scanner = report.scanner ?? summary.scanner ?? {};
  const database = databaseBefore(made, context.databaseOf(scanner));
  requireFresh(made, database, target, context);
  const provenance = {
    ...scannerOf(scanner),
    databaseUpdatedAt: database,
    scannedAt: made.toISOString(),
    source: `the report of Harbor's own scan of ${made.toISOString().slice(0, 10)}`,
    digestUnknown: "Harbor's report was judged, and the image itself was not scanned",
  };
  const looked = unspecifiedCoverage();
  return source.scan(target, {}, { artifact: { platform }, rows: rowsOf(rows), looked, provenance });
}

/** A scanner's database may have been renewed after the scan: then its date is not the report's. */
function databaseBefore(made: Date, updatedAt: string | undefined): string | undefined {
  const built = dateIn(updatedAt);
  return built !== undefined && Date.parse(built) <= made.getTime() ? built : undefined;
}

/** A report cannot have advisories that are newer than itself. It is never older than the database that it used. */
function requireFresh(made: Date, database: string | undefined, { label }: Target, { now, maxAgeMs }: ReportContext) {
  const isOld = (date: string) => now.getTime() - Date.parse(date) > maxAgeMs;
  const daily = "Let Harbor scan every day (Interrogation Services, Vulnerability, Schedule to scan all)";
  const [what, since, remedy] = isOld(made.toISOString())
    ? ["report", made.toISOString(), daily]
    : ["scanner's database", database, "Find out why the scanner does not renew its database"];
  if (since === undefined || !isOld(since)) return;
  const hours = Math.round(maxAgeMs / HOUR_MS).toLocaleString("en-US");
  throw new GateError(
    "harbor-report-stale",
    `Harbor's ${what} for ${label} is of ${since.slice(0, 16).replace("T", " ")} UTC, and so older than \`max-db-age\` allows (${hours} hours)`,
    `${remedy}, or raise \`max-db-age\`.`,
  );
}

function sourceOf({ label }: Target): ReportSource {
  return new ReportSource({
    name: "Harbor",
    lowest: LOWEST,
    remedy: "Let Harbor scan the image again. If that does not help, scan it here: remove `harbor-report`.",
    refusal: { start: `Harbor's report on ${label} cannot be judged: it`, code: "harbor-report-invalid" },
  });
}

/** @param why a clause about the report */
export function invalid(target: Target, why: string): GateError {
  return sourceOf(target).invalid(why);
}

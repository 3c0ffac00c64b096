import { unspecifiedCoverage } from "../../domain/coverage/gaps.ts";
import type { Coverage, Gap } from "../../domain/coverage.ts";
import { withReportGap } from "../../domain/foreign/reported-coverage.ts";
import { isDigest, parseReference } from "../../domain/image/reference.ts";
import { isObject } from "../../domain/json/is-object.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import { checked, dateIn, invalidReport, type ReportSource, reportedScan, unfinishedReport } from "../given-report.ts";
import type { ReportReader } from "../scanner.ts";
import { findingsOf, type HarborReport, isRated, REPORT_FORMATS, reportSchema } from "./report.ts";

const HARBOR: ReportSource = {
  name: "Harbor",
  remedy:
    "Let Harbor scan the image again, and give its whole answer to `GET …/artifacts/DIGEST/additions/vulnerabilities`.",
};

/** Reads Harbor's native report out of a file: the API's answer, or the report in it. */
export const harborReports: ReportReader = {
  name: HARBOR.name,
  madeBy: "Harbor's report (`GET …/artifacts/DIGEST/additions/vulnerabilities`)",
  owns: (document) => isObject(document) && (formatOf(document) !== undefined || isReport(document)),
  digests: (document) => (isObject(document) ? digestsIn(innerOf(document)) : []),
  given: ({ value }, target) => scanOf(value as Fields, target),
};

type Fields = Readonly<Record<string, unknown>>;

function formatOf(document: Fields): string | undefined {
  return REPORT_FORMATS.find((format) => Object.hasOwn(document, format));
}

function isReport(document: Fields): boolean {
  return typeof document.generated_at === "string" && "scanner" in document && "vulnerabilities" in document;
}

/** The report in an answer, which has it under its format. */
function innerOf(document: Fields): unknown {
  const format = formatOf(document);
  return format === undefined ? document : document[format];
}

/** A row of an index's report names the images that it is about. */
function digestsIn(report: unknown): string[] {
  if (!isObject(report)) return [];
  const { artifact, vulnerabilities } = report;
  const own = isObject(artifact) ? [artifact.digest] : [];
  const rows = Array.isArray(vulnerabilities) ? (vulnerabilities as unknown[]) : [];
  const named = rows.flatMap((row) =>
    isObject(row) && Array.isArray(row.artifact_digests) ? (row.artifact_digests as unknown[]) : [],
  );
  return [...new Set([...own, ...named])].filter((each) => typeof each === "string" && isDigest(each)) as string[];
}

function scanOf(document: Fields, target: Target): ScanResult {
  const inner = innerOf(document);
  if (inner === null) throw unfinishedReport(HARBOR, "the answer has no report in it");
  // Go writes an empty list that was never filled as `null`: some of Harbor's scanners do so about a clean image.
  const isNull = isObject(inner) && inner.vulnerabilities === null;
  const report = checked(reportSchema, isNull ? { ...inner, vulnerabilities: [] } : inner, HARBOR);
  const { vulnerabilities: all, severity, scanner } = report;
  if (all.length === 0 && isRated(severity))
    throw invalidReport(HARBOR, "lists nothing, although its worst vulnerability has a severity");
  const made = dateIn(report.generated_at);
  return reportedScan(target, {
    findings: findingsOf(rowsAbout(target, report, inner), (why) => invalidReport(HARBOR, `cannot be judged: ${why}`)),
    coverage: coverageOf(report),
    provenance: {
      scanner: `Harbor's ${scanner?.name || "scanner"}`,
      scannerVersion: scanner?.version || undefined,
      scannedAt: made,
      source: "an existing report of Harbor",
      notes: [
        made === undefined
          ? "Harbor's report has no date of itself or of its scanner's database: nobody can tell how old it is."
          : "Harbor's report has no date of its scanner's database.",
      ],
    },
  });
}

/** Of an index's report, the rows about the image that the line names; those that name none are about all. */
function rowsAbout({ as }: Target, { vulnerabilities }: HarborReport, inner: unknown): HarborReport["vulnerabilities"] {
  const asked = as === undefined ? undefined : parseReference(as)?.digest;
  const isImage = asked !== undefined && !isOwnDigest(inner, asked);
  if (!isImage || !digestsIn(inner).includes(asked)) return vulnerabilities;
  return vulnerabilities.filter(({ artifact_digests: of }) => !of || of.length === 0 || of.includes(asked));
}

function isOwnDigest(inner: unknown, digest: string): boolean {
  return isObject(inner) && isObject(inner.artifact) && inner.artifact.digest === digest;
}

function coverageOf({ vulnerabilities }: HarborReport): Coverage {
  const unspecified = unspecifiedCoverage();
  return vulnerabilities.length > 0 ? unspecified : withReportGap(unspecified, NOTHING);
}

const NOTHING: Gap = {
  code: "os-unknown",
  what: "Harbor's report lists no vulnerability and no package, so that nothing shows that its scanner knows the image's distribution",
  remedy: "See in Harbor which scanner it uses and whether that knows the distribution. Or scan the image here.",
};

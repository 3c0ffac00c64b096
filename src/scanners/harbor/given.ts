import { unspecifiedCoverage } from "../../domain/coverage/gaps.ts";
import type { Gap } from "../../domain/coverage.ts";
import { withReportGap } from "../../domain/foreign/reported-coverage.ts";
import { isDigest, parseReference } from "../../domain/image/reference.ts";
import { isObject } from "../../domain/json/is-object.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import { type ReportSource, reportedScan, unfinishedReport } from "../given-report.ts";
import type { GivenReportOptions, ReportReader } from "../scanner.ts";
import { bestFormat, digestsIn, REPORT_FORMATS, readReport, rowsOf, scannerOf } from "./report.ts";

const HARBOR: ReportSource = {
  name: "Harbor",
  remedy:
    "Let Harbor scan the image again, and give its whole answer to `GET …/artifacts/DIGEST/additions/vulnerabilities`.",
};

type Fields = Readonly<Record<string, unknown>>;

/** Reads Harbor's native report out of a file: the API's answer, or the report in it. */
export const harborReports: ReportReader = {
  name: HARBOR.name,
  madeBy: "Harbor's report (`GET …/artifacts/DIGEST/additions/vulnerabilities`)",
  owns: (document) => isObject(document) && (isAnswer(document) || isReport(document)),
  digests: (document) =>
    isObject(document)
      ? [...digestsIn(innerOf(document)).all].filter(
          (each): each is string => typeof each === "string" && isDigest(each),
        )
      : [],
  given: ({ value }, target, options) => scanOf(innerOf(value as Fields), target, options),
};

function isAnswer(document: Fields): boolean {
  return REPORT_FORMATS.some((format) => Object.hasOwn(document, format));
}

function isReport(document: Fields): boolean {
  return typeof document.generated_at === "string" && "scanner" in document && "vulnerabilities" in document;
}

/** The report in an answer, which has it under its format. */
function innerOf(document: Fields): unknown {
  return isAnswer(document) ? bestFormat(document) : document;
}

function scanOf(inner: unknown, target: Target, options: GivenReportOptions): ScanResult {
  if (inner === null) throw unfinishedReport(HARBOR, "the answer has no report in it");
  const { rows, scanner, made } = readReport(inner, HARBOR);
  // Of an index's report, the rows about the image that the line names; those that name none are about all.
  const asked = target.as === undefined ? undefined : parseReference(target.as)?.digest;
  const { own, all } = digestsIn(inner);
  const isOfImage = asked !== undefined && asked !== own && all.has(asked);
  const about = rows.filter(({ artifact_digests: of }) => !isOfImage || !of?.length || of.includes(asked));
  return reportedScan(HARBOR, target, options, {
    rows: rowsOf(about, HARBOR),
    looked: rows.length > 0 ? unspecifiedCoverage() : withReportGap(unspecifiedCoverage(), NOTHING),
    provenance: {
      ...scannerOf(scanner),
      scannedAt: made?.toISOString(),
      source: "an existing report of Harbor",
    },
  });
}

const NOTHING: Gap = {
  code: "os-unknown",
  what: "Harbor's report lists no vulnerability and no package, so that nothing shows that its scanner knows the image's distribution",
  remedy: "See in Harbor which scanner it uses and whether that knows the distribution. Or scan the image here.",
};

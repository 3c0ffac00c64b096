import { unique } from "../domain/collections.ts";
import { parseReference } from "../domain/image/reference.ts";
import { JsonFault, readStrict } from "../domain/json/parse-strict.ts";
import { listSome } from "../domain/list-some.ts";
import { GIVEN_REPORT, GIVEN_REPORT_NAME, type ScanResult, type Target } from "../domain/target.ts";
import type { GivenDocument, GivenReportOptions, ReportReader } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import { release } from "../system/used-buffers.ts";
import type { World } from "../system/world.ts";
import { knownDocument } from "./known-documents.ts";
import { requireName } from "./targets.ts";

/** Less than V8's longest string. */
const MAX_BYTES = 500_000_000;

export interface GivenReading extends GivenReportOptions {
  /** The first reader is for `trivy-report`, and all of them for `scan-report`. */
  readonly reports: readonly [ReportReader, ...ReportReader[]];
  /** Maximum age of the report and of its database, in milliseconds. Absent: any. */
  readonly maxAge?: number | undefined;
}

/**
 * Reads a report that is judged instead of a scan. Only its content says which scanner made it. If the line names an
 * image by its digest, a report that names another image is refused.
 * @throws GateError `image-name-invalid`, `file-…`, `report-…`
 */
export function readGivenReport(
  target: Target,
  { reports, maxAge, ...options }: GivenReading,
  world: Pick<World, "workspace" | "temp" | "now">,
): ScanResult {
  requireName(target, true);
  const { anyScanner = false, as, input: path, matchesNothing } = target;
  if (matchesNothing)
    throw new GateError(
      "file-missing",
      `No file matches the pattern ${JSON.stringify(path)} of \`${anyScanner ? "scan-report" : GIVEN_REPORT}\`, or it is outside of the workspace and the folder for temporary files`,
      "Check that the step that downloads the reports has found any, and where it puts them; `*` stands for one folder or a part of its name, `**` for any.",
    );
  const file = anyScanner ? { what: "scan report", path, maxBytes: MAX_BYTES } : { what: GIVEN_REPORT_NAME, path };
  const bytes = readGivenFile(file, world);
  const document = givenDocument(bytes);
  const reader = anyScanner ? ownerOf(document, reports) : ownOrRefused(document, reports);
  const asked = anyScanner && as !== undefined ? parseReference(as)?.digest : undefined;
  const digests = unique(reader.digests?.(document.value) ?? []);
  if (asked !== undefined && digests.length > 0 && !digests.includes(asked))
    throw new GateError(
      "report-of-another-image",
      `The report of ${reader.name} is about ${listSome(digests, MOST_NAMED)}, and not about ${asked}`,
      "Make the report of the image by its digest in the registry: of a tar or a local image, a scanner may name another digest. An index has other digests than its images.",
    );
  const scan = reader.given(document, target, options);
  release(bytes);
  requireYoung(scan, maxAge, reader, world.now());
  const { artifact, provenance } = scan;
  const notes = [...(asked !== undefined && digests.length === 0 ? [NOT_NAMED] : []), ...(provenance.notes ?? [])];
  return {
    ...scan,
    // The image that the report names, so that several reports can be compared.
    artifact: { ...artifact, ...(digests.length > 0 && { reportedDigests: digests }) },
    provenance: { ...provenance, ...(notes.length > 0 && { notes }) },
  };
}

/** The reader of a document. If no reader knows it, the first one says what is wrong with it. */
function ownOrRefused({ value }: GivenDocument, reports: GivenReading["reports"]): ReportReader {
  const [own] = reports;
  const known = knownDocument(value, reports);
  if (known.kind !== "report" || known.reader === own) return own;
  throw new GateError(
    "report-unsupported",
    `The ${own.name} report comes from ${known.reader.name}`,
    "Name it in `scan-report`, which takes the reports of every known scanner.",
  );
}

/** A given file with its JSON, parsed once for all readers. */
export function givenDocument(bytes: Buffer): GivenDocument {
  try {
    return readStrict(bytes);
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    return { fault };
  }
}

const NOT_NAMED =
  "The report does not say by digest which image it is about; the caller's word is trusted that it is the named one.";

/** @throws GateError `report-invalid`, `report-ambiguous`, `report-unsupported`, `report-unfinished` */
function ownerOf({ value, fault }: GivenDocument, reports: readonly ReportReader[]): ReportReader {
  if (fault?.kind === "ambiguous")
    throw new GateError(
      "report-ambiguous",
      `The scan report ${fault.message}: programs read it differently`,
      "No scanner writes such a report: make it again, and find out what has changed it.",
      { cause: fault },
    );
  if (fault !== undefined)
    throw new GateError(
      "report-invalid",
      `The scan report ${fault.message}`,
      "Check that the program that writes the report ended without an error. Give the file as the scanner wrote it, with the report on one image.",
      { cause: fault },
    );
  const known = knownDocument(value, reports);
  if (known.kind === "report") return known.reader;
  if (value === null)
    throw new GateError(
      "report-unfinished",
      "The scan report is `null`: its scanner has no report on the image",
      "Find the reason in the scanner's own log, and make the report again.",
    );
  const [what, remedy] = {
    sbom: ["is an SBOM, which lists packages and no findings", "Name it in `sbom`, so that it is scanned."],
    own: [
      "is Image Gate's own report, which has a verdict already",
      "Give the scanner's report next to it. `image-gate policy test` judges this one under another policy.",
    ],
    unknown: [
      "has an unknown format",
      `Known are, by their content: ${reports.map(({ madeBy }) => madeBy).join("; ")}.`,
    ],
  }[known.kind] as [string, string];
  throw new GateError("report-unsupported", `The scan report ${what}`, remedy);
}

const MOST_NAMED = 5;

/** Tolerance for a clock that is ahead. */
const AHEAD_MS = 60 * 60 * 1000;

/**
 * Checks that a report and its database are young enough for the workflow. Later advisories cannot be in them.
 * @throws GateError `report-age-unknown`, `report-too-old`
 */
function requireYoung({ provenance }: ScanResult, maxAge: number | undefined, { name }: ReportReader, now: Date): void {
  if (maxAge === undefined) return;
  const dates = [
    ["when it was made", "it was made", provenance.scannedAt],
    ["how old its vulnerability database is", "its vulnerability database was built", provenance.databaseUpdatedAt],
  ] as const;
  for (const [unknown, what, text] of dates) {
    const time = text === undefined ? Number.NaN : Date.parse(text);
    if (Number.isNaN(time) || time > now.getTime() + AHEAD_MS)
      throw new GateError(
        "report-age-unknown",
        `The report of ${name} does not say ${unknown}${Number.isNaN(time) ? "" : ", as its date is ahead"}: \`max-report-age\` cannot be checked`,
        "Give a report that says both (Grype's does), scan the image here, or leave `max-report-age` out.",
      );
    if (now.getTime() - time > maxAge)
      throw new GateError(
        "report-too-old",
        `The report of ${name} is older than \`max-report-age\` allows: ${what} on ${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`,
        "Make it again with a new database, or raise `max-report-age`.",
      );
  }
}

import { jsonDocuments } from "../domain/foreign/json-documents.ts";
import { parseReference } from "../domain/image/reference.ts";
import { isObject } from "../domain/json/is-object.ts";
import type { JsonFault } from "../domain/json/parse-strict.ts";
import type { ScanResult, Target } from "../domain/target.ts";
import type { GivenReportOptions, ReportReader } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import { givenDocument, readerOf } from "./given-reports.ts";

/** Below V8's longest string. */
const MAX_BYTES = 500_000_000;

export interface ScanReportOptions extends GivenReportOptions {
  readonly reports: readonly [ReportReader, ...ReportReader[]];
  /** Maximum age of the report and of its database, in milliseconds. Absent: any. */
  readonly maxAge?: number | undefined;
}

/** One of the documents in a file. */
interface Part {
  readonly bytes: Buffer;
  readonly value: unknown;
}

/**
 * Reads a report of any known scanner. Its content alone says whose it is. If the line names an image by its digest, a
 * report that names another image is refused; of several documents in the file, the one on that image is taken.
 * @throws GateError `file-…`, `report-…`
 */
export function readScanReport(
  target: Target,
  { reports, maxAge, ...options }: ScanReportOptions,
  world: Pick<World, "workspace" | "temp" | "now">,
): ScanResult {
  const bytes = readGivenFile({ what: "scan report", path: target.input, maxBytes: MAX_BYTES }, world);
  const parts = partsOf(bytes);
  const reader = parts.length === 1 ? ownerOf(parts[0] as Part, reports) : ownerOfAll(parts, reports);
  const asked = target.as === undefined ? undefined : parseReference(target.as)?.digest;
  const { part, isNamed } = partAbout(asked, parts, reader);
  const scan = withDigests(reader.given(part, target, options), reader, part.value);
  requireYoung(scan, maxAge, reader, world.now());
  return asked === undefined || isNamed ? scan : withNote(scan, NOT_NAMED);
}

/** What the report says which image it is about, so that several reports can be held to one image. */
export function withDigests(scan: ScanResult, reader: ReportReader, document: unknown): ScanResult {
  const digests = reader.digests?.(document) ?? [];
  return digests.length === 0 ? scan : { ...scan, artifact: { ...scan.artifact, reportedDigests: digests } };
}

const NOT_NAMED =
  "The report does not say by digest which image it is about; that it is the named one is the caller's word.";

function withNote(scan: ScanResult, note: string): ScanResult {
  return { ...scan, provenance: { ...scan.provenance, notes: [note, ...(scan.provenance.notes ?? [])] } };
}

/** @throws GateError `report-invalid`, `report-ambiguous` */
function partsOf(bytes: Buffer): Part[] {
  const whole = givenDocument(bytes);
  const documents = whole.fault?.kind === "unreadable" ? (jsonDocuments(bytes) ?? []).map(givenDocument) : [whole];
  const fault = documents.length > 1 ? documents.find((each) => each.fault !== undefined)?.fault : whole.fault;
  if (fault === undefined) return documents.map((each) => ({ bytes: each.bytes, value: each.value }));
  if (fault.kind === "ambiguous") throw ambiguous(fault);
  throw new GateError(
    "report-invalid",
    `The scan report ${(whole.fault ?? fault).message}`,
    "See whether what writes the report ended well, and give the file as the scanner wrote it.",
    { cause: fault },
  );
}

/** @throws GateError `report-unsupported` */
function ownerOf({ value }: Part, reports: readonly ReportReader[]): ReportReader {
  const reader = readerOf(value, reports);
  if (reader !== undefined) return reader;
  if (value === null)
    throw new GateError(
      "report-unfinished",
      "The scan report is `null`: its scanner has no report on the image",
      FAILED,
    );
  const isSbom = isObject(value) && (value.bomFormat === "CycloneDX" || typeof value.spdxVersion === "string");
  if (isSbom)
    throw new GateError(
      "report-unsupported",
      "The scan report is an SBOM, which lists packages and not what was found",
      "Name it in `sbom`, so that it is scanned.",
    );
  if (isObject(value) && "verdict" in value && Array.isArray(value.targets))
    throw new GateError(
      "report-unsupported",
      "The scan report is one of Image Gate's own, which has a verdict already",
      "Give the scanner's report that lies beside it. `image-gate policy test` judges this one by another policy.",
    );
  throw new GateError(
    "report-unsupported",
    "The scan report is none that is known",
    `Known are, by their content: ${reports.map(({ madeBy }) => madeBy).join("; ")}.`,
  );
}

/** The scanner of several documents. @throws GateError `report-unsupported`, `report-unfinished` */
function ownerOfAll(parts: readonly Part[], reports: readonly ReportReader[]): ReportReader {
  const filled = parts.filter(({ value }) => value !== null);
  const owners = new Set((filled.length === 0 ? parts : filled).map((part) => ownerOf(part, reports)));
  const [owner] = owners;
  if (owner === undefined || owners.size > 1 || !owner.severalInFile)
    throw new GateError(
      "report-unsupported",
      `The scan report has ${parts.length} documents one after the other, as no known scanner writes them`,
      "Give each report a file and a line of its own.",
    );
  if (filled.length < parts.length)
    throw new GateError(
      "report-unfinished",
      `One of the documents in the report of ${owner.name} is \`null\`: it has no report on one of the images`,
      FAILED,
    );
  return owner;
}

const FAILED = "See in the scanner's own log why it failed on an image, and make the report again.";

/** The document on the image that was asked for, and whether it names that image itself. */
function partAbout(
  asked: string | undefined,
  parts: readonly Part[],
  reader: ReportReader,
): { part: Part; isNamed: boolean } {
  const digests = parts.map(({ value }) => reader.digests?.(value) ?? []);
  const known = [...new Set(digests.flat())];
  const about = asked === undefined ? parts : parts.filter((_, index) => digests[index]?.includes(asked));
  const [part, ...others] = about;
  // An image that is named twice has its report twice.
  const content = others.length === 0 || part === undefined ? "" : contentOf(part.value);
  const isOne = others.every(({ value }) => contentOf(value) === content);
  if (part !== undefined && isOne) return { part, isNamed: asked !== undefined };
  if (asked === undefined) throw severalDocuments(parts.length, known, reader);
  if (part !== undefined) throw differingDocuments(about.length, asked, reader);
  if (known.length > 0) throw ofAnotherImage(asked, known, reader);
  if (parts.length > 1) throw severalDocuments(parts.length, known, reader);
  return { part: parts[0] as Part, isNamed: false };
}

/** Equal for the same JSON, in whatever order its keys and lists are: Go writes some lists in no fixed order. */
function contentOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(contentOf).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${contentOf(field)}`);
  return `{${fields.sort().join()}}`;
}

const MOST_NAMED = 5;

function severalDocuments(count: number, digests: readonly string[], { name }: ReportReader): GateError {
  const named = digests.length === 0 ? "" : `, on ${listed(digests)}`;
  return new GateError(
    "report-not-chosen",
    `The file has ${count} reports of ${name}${named}, and its line does not say which one is meant`,
    "Each image is judged alone: give each a line with its digest, such as `reports.json as ghcr.io/acme/app@sha256:…`.",
  );
}

function differingDocuments(count: number, asked: string, { name }: ReportReader): GateError {
  return new GateError(
    "report-not-chosen",
    `The file has ${count} reports of ${name} on ${asked}, which differ`,
    "Make the report again, so that the file has one report on each image.",
  );
}

function ofAnotherImage(asked: string, known: readonly string[], { name }: ReportReader): GateError {
  return new GateError(
    "report-of-another-image",
    `The report of ${name} is about ${listed(known)}, and not about ${asked}`,
    "Make the report of the image by its digest in the registry: of a tar or a local image, a scanner may name another digest. An index has other digests than its images.",
  );
}

/** The digests, shortened unless they are digests: a report is a stranger's text. */
function listed(digests: readonly string[]): string {
  const shown = digests.slice(0, MOST_NAMED).map((each) => JSON.stringify(each.slice(0, 80)).slice(1, -1));
  return `${shown.join(", ")}${digests.length > MOST_NAMED ? `, and ${digests.length - MOST_NAMED} more` : ""}`;
}

function ambiguous(fault: JsonFault): GateError {
  return new GateError(
    "report-ambiguous",
    `The scan report ${fault.message}, so that not every program reads the same in it`,
    "No scanner writes such a report: make it again, and find out what has changed it.",
    { cause: fault },
  );
}

/** A report of another scanner in the input that is for one scanner's. */
export function ofAnotherScanner({ name }: ReportReader, { name: own }: ReportReader): GateError {
  return new GateError(
    "report-unsupported",
    `The ${own} report is one of ${name}`,
    "Name it in `scan-report`, which takes the reports of every scanner that is known.",
  );
}

/** Tolerance for a clock that is ahead. */
const AHEAD_MS = 60 * 60 * 1000;

/**
 * Holds a report to the age that the workflow allows: both its own and that of its database. What was published since
 * cannot be in it.
 * @throws GateError `report-age-unknown`, `report-too-old`
 */
export function requireYoung(
  { provenance }: Pick<ScanResult, "provenance">,
  maxAge: number | undefined,
  { name }: Pick<ReportReader, "name">,
  now: Date,
): void {
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
        `The report of ${name} does not say ${unknown}${Number.isNaN(time) ? "" : ", as its date lies ahead"}: \`max-report-age\` cannot be promised`,
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

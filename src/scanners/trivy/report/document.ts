import { GateError } from "../../../system/errors.ts";
import { invalidReport } from "./invalid.ts";
import { refuseOtherDocument } from "./other-documents.ts";
import { ROW_KEYS } from "./schema.ts";

/** Trivy's JSON, with the lists of rows of its results kept separate. */
export interface ReportDocument {
  /** The report. `Results` is present if the report has it, but without its contents. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly results: readonly RawResult[];
}

interface RawResult {
  /** Everything that is not a list of rows. */
  readonly fields: unknown;
  /** Keyed by `Vulnerabilities`, `Packages`, … */
  readonly rows: ReadonlyMap<string, readonly unknown[]>;
}

/**
 * What Trivy itself wrote.
 * @throws GateError `report-invalid`, `report-unsupported`, `report-too-large`
 */
export function wholeDocument(text: string): ReportDocument {
  return documentOf(parse(text));
}

/**
 * The same for JSON that is parsed already.
 * @throws GateError `report-invalid`, `report-unsupported`
 */
export function documentOf(value: unknown): ReportDocument {
  const { Results: results, ...rest } = objectOf(value);
  if (results === undefined || results === null) return { head: rest, results: [] };
  if (!Array.isArray(results)) throw invalidReport("has no array", ["Results"]);
  return { head: { ...rest, Results: [] }, results: results.map(rawResult) };
}

function rawResult(result: unknown): RawResult {
  if (typeof result !== "object" || result === null || Array.isArray(result))
    return { fields: result, rows: new Map() };
  const fields: [string, unknown][] = [];
  const rows = new Map<string, unknown[]>();
  for (const [key, value] of Object.entries(result))
    if (Array.isArray(value)) rows.set(key, value);
    // Go writes an empty list that was never filled as `null`.
    else if (value === null && LISTS.has(key)) rows.set(key, []);
    else fields.push([key, value]);
  return { fields: Object.fromEntries(fields), rows };
}

const LISTS: ReadonlySet<string> = new Set(ROW_KEYS);

function objectOf(document: unknown): Record<string, unknown> {
  if (typeof document === "object" && document !== null && !Array.isArray(document))
    return document as Record<string, unknown>;
  refuseOtherDocument(document);
  throw invalidReport("is not a JSON object");
}

/**
 * Parses what Trivy itself wrote. Node's error message quotes the text, so it is not passed on.
 * @throws GateError `report-invalid`
 */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidReport(text.trim() === "" ? "is empty" : "is not JSON, or only a part of it", undefined, cause);
  }
}

/** @throws GateError `report-too-large` if Node cannot store it as one string. */
export function textOf(bytes: Buffer): string {
  try {
    return bytes.toString("utf8");
  } catch (cause) {
    throw reportTooLarge(cause);
  }
}

/** The report exceeds Node's longest string, or its largest file. */
export function reportTooLarge(cause: unknown): GateError {
  return new GateError(
    "report-too-large",
    "The Trivy report is larger than can be read at once",
    "Scan less at a time: name parts of the target, or leave folders out by `skip-dirs`.",
    { cause },
  );
}

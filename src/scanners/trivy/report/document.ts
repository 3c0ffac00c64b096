import { GateError, tryOr } from "../../../system/errors.ts";
import { refuseOtherDocument } from "./other-documents.ts";
import { invalidReport, ROW_KEYS } from "./schema.ts";

/** Trivy's JSON, with the rows of its results kept separate, so that they need not all be in memory at once. */
export interface ReportDocument {
  /** The report. `Results` is present if the report has it, but without its contents. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly results: readonly RawResult[];
}

interface RawResult {
  /** Everything that is not a list of rows. */
  readonly fields: unknown;
  /** Keyed by `Vulnerabilities`, `Packages`, … */
  readonly rows: ReadonlyMap<string, Iterable<unknown>>;
}

/**
 * Parses any JSON text into a document.
 * @throws GateError `report-invalid`, `report-unsupported`
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

/** Node's error message quotes the text, so we do not pass it on. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidReport(text.trim() === "" ? "is empty" : "is not JSON, or only a part of it", undefined, cause);
  }
}

/** @throws GateError `report-too-large` if Node cannot store it as one string. */
export function textOf(bytes: Buffer): string {
  try {
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return bytes.toString("utf8", hasMark ? 3 : 0);
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

const RESULTS = '\n  "Results": [\n';
const ROW_START = "        {";
/** The brace ends the row itself. */
const LAST_ROW_END = Buffer.from("}\n      ]");
const ROW_INDENT = 8;
/** In bytes. Measured: smaller and larger windows are slower. */
const WINDOW = 2048;
const BETWEEN_ROWS = Buffer.from("},\n        {\n");
const BATCH = 32;
const NEWLINE = 0x0a;

/**
 * Reads what Trivy itself wrote row by row: this takes half the memory of the whole, and is faster. In Go's layout
 * (`encoding/json` with two spaces), indentation shows a line's depth, and JSON strings cannot contain a raw line
 * break. Undefined if the bytes do not have this layout, or end too early.
 *
 * Somebody else's text may be indented to deceive. So the text before each list that is cut out must be an object when
 * it is closed there. As the list's rows are JSON, too, and so is the rest with empty lists, the parts are the whole.
 */
export function cutDocument(bytes: Buffer): ReportDocument | undefined {
  // Parts throw that are not JSON, or that Node cannot store as one string.
  return tryOr(() => cutParts(bytes), undefined);
}

function cutParts(bytes: Buffer): ReportDocument | undefined {
  const start = bytes.indexOf(RESULTS);
  if (bytes[0] !== 0x7b || start === -1 || !isOpenObject(bytes.toString("utf8", 0, start), "Results")) return undefined;
  const lines = new Lines(bytes, start + RESULTS.length);
  const results: RawResult[] = [];
  for (let hasMore = true; hasMore; ) {
    if (lines.next() !== "    {") return undefined;
    const result = cutResult(bytes, lines);
    if (result === undefined) return undefined;
    results.push(result);
    hasMore = lines.current === "    },";
  }
  if (!/^ {2}\],?$/.test(lines.next())) return undefined;
  const comma = lines.current.endsWith(",") ? "," : "";
  const text = `${bytes.toString("utf8", 0, start)}\n  "Results": []${comma}\n${bytes.toString("utf8", lines.at)}`;
  const head = objectOf(parse(text));
  return Array.isArray(head.Results) && head.Results.length === 0 ? { head, results } : undefined;
}

/** Whether JSON that is cut off is within one object that is the whole: a list may follow there under this key. */
function isOpenObject(text: string, key: string): boolean {
  try {
    JSON.parse(`${text}"${key}":[]}`);
    return true;
  } catch {
    return false;
  }
}

/** Reads line after line. Returns an empty line after the last. */
class Lines {
  readonly #bytes: Buffer;
  /** Offset of the next line. */
  at: number;
  current = "";

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): string {
    const end = this.#bytes.indexOf(NEWLINE, this.at);
    this.current = end === -1 ? "" : this.#bytes.toString("utf8", this.at, end);
    this.at = end === -1 ? this.#bytes.length : end + 1;
    return this.current;
  }

  /** Whether the next line equals this one. Does not advance. */
  isNext(line: string): boolean {
    return this.#bytes.toString("latin1", this.at, this.at + line.length + 1) === `${line}\n`;
  }
}

/**
 * Reads up to the line that closes the result, which then is the current line. An empty list stands for each that is
 * cut out, so that no comma is missing or too many, and that no field of the same name takes its place.
 */
function cutResult(bytes: Buffer, lines: Lines): RawResult | undefined {
  const fields: string[] = [];
  const rows = new Map<string, Iterable<unknown>>();
  for (;;) {
    const line = lines.next();
    if (line === "") return undefined;
    if (/^ {4}\},?$/.test(line)) break;
    const key = /^ {6}"(\w+)": \[$/.exec(line)?.[1];
    if (key === undefined || !lines.isNext(ROW_START)) {
      fields.push(line);
      continue;
    }
    const cut = isOpenObject(`{${fields.join("\n")}`, key) ? cutRows(bytes, lines) : undefined;
    if (cut === undefined || rows.has(key)) return undefined;
    rows.set(key, cut);
    fields.push(`"${key}": []${lines.current.endsWith(",") ? "," : ""}`);
  }
  const rest = rawResult(JSON.parse(`{${fields.join("\n")}}`));
  if ([...rows.keys()].some((key) => !rest.rows.has(key))) return undefined;
  return { fields: rest.fields, rows: new Map([...rest.rows, ...rows]) };
}

/** The rows from the next line on. Reads past the line that closes their list. */
function cutRows(bytes: Buffer, lines: Lines): Iterable<unknown> | undefined {
  const start = lines.at;
  const close = indexInWindows(bytes, LAST_ROW_END, start);
  if (bytes[close - ROW_INDENT - 1] !== NEWLINE) return undefined;
  const list = bytes.subarray(start, close + 1);
  lines.at = start + list.length + 1;
  if (!/^ {6}\],?$/.test(lines.next())) return undefined;
  return {
    *[Symbol.iterator]() {
      // Without this, a report that was released would seem to have no rows.
      if (list.length === 0) throw new TypeError("the report's bytes were released");
      let at = 0;
      for (const end of batchEnds(list)) {
        yield* parse(`[${list.toString("utf8", at, end)}]`) as unknown[];
        at = end + 1;
      }
    },
  };
}

/**
 * Same result as `bytes.indexOf`, but six times as fast. In a short window, Node jumps between occurrences of the
 * needle's first byte. In a long one, it soon switches to a search that looks at most bytes.
 */
function indexInWindows(bytes: Buffer, needle: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += WINDOW) {
    const index = bytes.subarray(at, at + WINDOW + needle.length - 1).indexOf(needle);
    if (index !== -1) return at + index;
  }
  return -1;
}

/** The end of each batch of rows. Parsing in batches takes half the time of single rows, and hardly more memory. */
function* batchEnds(list: Buffer): Generator<number> {
  let rows = 0;
  for (let at = list.indexOf(BETWEEN_ROWS); at !== -1; at = list.indexOf(BETWEEN_ROWS, at + BETWEEN_ROWS.length))
    if (++rows % BATCH === 0) yield at + 1;
  yield list.length;
}

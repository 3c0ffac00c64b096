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

const RESULTS = Buffer.from('\n  "Results": [\n');
const ROW_START = "        {";
/** The brace ends the row itself. */
const LAST_ROW_END = Buffer.from("}\n      ]");
const ROW_INDENT = 8;
/** In bytes. Measured: smaller and larger windows are slower. */
const WINDOW = 2048;
export const BETWEEN_ROWS = Buffer.from("},\n        {\n");
const BATCH = 32;
const NEWLINE = Buffer.from("\n");

/** Where the bytes of a report are: in memory, or in a file. */
export interface ReportSource {
  readonly length: number;
  byteAt(offset: number): number | undefined;
  /** -1: it is not there. */
  indexOf(needle: Buffer, from: number): number;
  /** The text from an offset on, to another one. */
  text(from: number, to?: number): string;
  /** The rows between two offsets as lists in JSON, each with several. `key` is that of the list that they are from. */
  batches(from: number, to: number, key: string): Iterable<string>;
}

/** A report in memory. */
class ReportBytes implements ReportSource {
  readonly #bytes: Buffer;
  readonly length: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  byteAt(offset: number): number | undefined {
    return this.#bytes[offset];
  }

  indexOf(needle: Buffer, from: number): number {
    return needle === LAST_ROW_END ? indexInWindows(this.#bytes, needle, from) : this.#bytes.indexOf(needle, from);
  }

  text(from: number, to?: number): string {
    return this.#bytes.toString("utf8", from, to);
  }

  *batches(from: number, to: number): Generator<string> {
    const list = this.#bytes.subarray(from, to);
    // Without this, a report that was released would seem to have no rows.
    if (list.length === 0) throw new TypeError("the report's bytes were released");
    let at = 0;
    for (const end of batchEnds(list)) {
      yield `[${list.toString("utf8", at, end)}]`;
      at = end + 1;
    }
  }
}

/**
 * Reads what Trivy itself wrote row by row: this takes half the memory of the whole, and is faster. In Go's layout
 * (`encoding/json` with two spaces), indentation shows a line's depth, and JSON strings cannot contain a raw line
 * break. Undefined if the bytes do not have this layout, or end too early.
 *
 * Somebody else's text may be indented to deceive. So the text before each list that is cut out must be an object when
 * it is closed there. As the list's rows are JSON, too, and so is the rest with empty lists, the parts are the whole.
 */
export function cutDocument(report: Buffer | ReportSource): ReportDocument | undefined {
  // Parts throw that are not JSON, or that Node cannot store as one string.
  return tryOr(() => cutParts(Buffer.isBuffer(report) ? new ReportBytes(report) : report), undefined);
}

function cutParts(source: ReportSource): ReportDocument | undefined {
  const start = source.indexOf(RESULTS, 0);
  if (source.byteAt(0) !== 0x7b || start === -1 || !isOpenObject(source.text(0, start), "Results")) return undefined;
  const lines = new Lines(source, start + RESULTS.length);
  const results: RawResult[] = [];
  for (let hasMore = true; hasMore; ) {
    if (lines.next() !== "    {") return undefined;
    const result = cutResult(source, lines);
    if (result === undefined) return undefined;
    results.push(result);
    hasMore = lines.current === "    },";
  }
  if (!/^ {2}\],?$/.test(lines.next())) return undefined;
  const comma = lines.current.endsWith(",") ? "," : "";
  const text = `${source.text(0, start)}\n  "Results": []${comma}\n${source.text(lines.at)}`;
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
  readonly #source: ReportSource;
  /** Offset of the next line. */
  at: number;
  current = "";

  constructor(source: ReportSource, at: number) {
    this.#source = source;
    this.at = at;
  }

  next(): string {
    const end = this.#source.indexOf(NEWLINE, this.at);
    this.current = end === -1 ? "" : this.#source.text(this.at, end);
    this.at = end === -1 ? this.#source.length : end + 1;
    return this.current;
  }

  /** Whether the next line equals this one. Does not advance. */
  isNext(line: string): boolean {
    return this.#source.text(this.at, this.at + line.length + 1) === `${line}\n`;
  }
}

/**
 * Reads up to the line that closes the result, which then is the current line. An empty list stands for each that is
 * cut out, so that no comma is missing or too many, and that no field of the same name takes its place.
 */
function cutResult(source: ReportSource, lines: Lines): RawResult | undefined {
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
    const cut = isOpenObject(`{${fields.join("\n")}`, key) ? cutRows(source, lines, key) : undefined;
    if (cut === undefined || rows.has(key)) return undefined;
    rows.set(key, cut);
    fields.push(`"${key}": []${lines.current.endsWith(",") ? "," : ""}`);
  }
  const rest = rawResult(JSON.parse(`{${fields.join("\n")}}`));
  if ([...rows.keys()].some((key) => !rest.rows.has(key))) return undefined;
  return { fields: rest.fields, rows: new Map([...rest.rows, ...rows]) };
}

/** The rows from the next line on. Reads past the line that closes their list. */
function cutRows(source: ReportSource, lines: Lines, key: string): Iterable<unknown> | undefined {
  const start = lines.at;
  const close = source.indexOf(LAST_ROW_END, start);
  if (source.byteAt(close - ROW_INDENT - 1) !== NEWLINE[0]) return undefined;
  lines.at = close + 2;
  if (!/^ {6}\],?$/.test(lines.next())) return undefined;
  return {
    *[Symbol.iterator]() {
      for (const text of source.batches(start, close + 1, key)) yield* parse(text) as unknown[];
    },
  };
}

/**
 * Same result as `bytes.indexOf`, but six times as fast. In a short window, Node jumps between occurrences of the
 * needle's first byte. In a long one, it soon switches to a search that looks at most bytes.
 */
export function indexInWindows(bytes: Buffer, needle: Buffer, from: number): number {
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

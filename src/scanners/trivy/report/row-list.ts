import { closeSync, openSync, readSync } from "node:fs";
import { isObject } from "../../../domain/json/is-object.ts";
import { writePieces } from "../../../system/given-files.ts";
import { parse, textOf } from "./document.ts";
import { type OwnJson, objectsIn } from "./naming.ts";

/** The rows of one of Trivy's lists: an array, or a {@link RowList}. */
export interface Rows {
  forEach(read: (row: unknown, index: number) => void): void;
}

/** Bytes of text that are parsed at once. */
const BATCH = 64 << 10;
/** Bytes of cleaned rows that are copied at once. */
const BLOCK = 1 << 20;

/**
 * The vulnerabilities of a result in a report that Trivy has just written, at least one. 50,000 of them have 88 MB, and
 * would be 200 MB of objects. So some are parsed, read, cleaned and written before the next ones.
 */
export class RowList implements Rows {
  readonly #text: Buffer;
  readonly #options: RowOptions;
  #isRead = false;

  /** @param text the list without its brackets, as Trivy wrote it */
  constructor(text: Buffer, options: RowOptions) {
    this.#text = text;
    this.#options = options;
  }

  /**
   * Reads the rows, and writes them in the form that may leave the job.
   * @throws TypeError the second time: the text is released after the first
   */
  forEach(read: (row: unknown, index: number) => void): void {
    if (this.#isRead) throw new TypeError("rows are read once");
    this.#isRead = true;
    writePieces(this.#options.file, this.#written(read));
  }

  *#written(read: (row: unknown, index: number) => void): Generator<string> {
    const { name, clean } = this.#options;
    let index = 0;
    for (const rows of this.#batches()) {
      if (index > 0) yield ",\n";
      for (const row of rows) {
        name(row);
        read(row, index++);
        clean(row);
      }
      yield JSON.stringify(rows).slice(1, -1);
    }
  }

  *#batches(): Generator<readonly unknown[]> {
    const text = this.#text;
    for (let start = 0, end = 0; start < text.length; start = end + 1) {
      const fitting = text.lastIndexOf(ROW_END, start + BATCH);
      const last = fitting < start ? text.indexOf(ROW_END, start) : fitting;
      end = last === -1 ? text.length : last + ROW_END.length;
      yield parse(`[${text.toString("utf8", start, end)}]`) as readonly unknown[];
    }
  }

  /**
   * JSON of the cleaned rows, without the list's brackets. They must have been read.
   * @returns pieces, each valid until the next one
   */
  *written(): Generator<Buffer> {
    using cleanup = new DisposableStack();
    const file = cleanup.adopt(openSync(this.#options.file, "r"), closeSync);
    const room = Buffer.allocUnsafeSlow(BLOCK);
    for (let length = readSync(file, room); length > 0; length = readSync(file, room)) yield room.subarray(0, length);
  }
}

export interface RowOptions {
  /** Path of a file for the cleaned rows. */
  readonly file: string;
  /** Changes a row in place before it is read. */
  readonly name: (row: unknown) => void;
  /** Changes a row in place after it was read. */
  readonly clean: (row: unknown) => void;
}

// Go's `json.MarshalIndent`, as Trivy calls it. A line end within a string would be escaped.
const LIST_START = Buffer.from('\n      "Vulnerabilities": [\n');
const ROW_END = Buffer.from("\n        }");
const LIST_END = Buffer.from("\n      ]");

/**
 * Parses a report that Trivy wrote, except for the rows of vulnerabilities. If they are not where Trivy puts them, the
 * whole report is parsed at once.
 * @param optionsOf of the list with this number, from 0 on
 * @throws GateError `report-invalid`, `report-too-large`
 */
export function parseByRows(bytes: Buffer, optionsOf: (list: number) => RowOptions): unknown {
  const { frame, lists } = cutRows(bytes);
  const report = parse(textOf(frame));
  const empty = objectsIn(isObject(report) ? report.Results : undefined).filter(
    ({ Vulnerabilities: rows }) => Array.isArray(rows) && rows.length === 0,
  );
  if (empty.length !== lists.length) return parse(textOf(bytes));
  for (const [index, text] of lists.entries())
    (empty[index] as OwnJson).Vulnerabilities = new RowList(text, optionsOf(index));
  return report;
}

function cutRows(bytes: Buffer): { readonly frame: Buffer; readonly lists: readonly Buffer[] } {
  const frame: Buffer[] = [];
  const lists: Buffer[] = [];
  let rest = 0;
  for (;;) {
    const start = bytes.indexOf(LIST_START, rest);
    const first = start + LIST_START.length;
    const end = start === -1 ? -1 : bytes.indexOf(LIST_END, first);
    if (end === -1) break;
    frame.push(bytes.subarray(rest, first));
    lists.push(bytes.subarray(first, end));
    rest = end;
  }
  return { frame: Buffer.concat([...frame, bytes.subarray(rest)]), lists };
}

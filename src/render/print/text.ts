import { styleText } from "node:util";
import fastStringWidth from "fast-string-width";
import type { Severity } from "../../domain/severity.ts";
import type { Answer } from "../../domain/verdict.ts";
import { noCommand, plain, shorten, visible } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";

/** A word that may have a colour, or lead to a page. The text may be untrusted; the address is ours. */
export interface Word {
  readonly word: string;
  readonly style?: Severity | Answer | undefined;
  readonly url?: string | undefined;
  /** Where a cell is cut if it has no room. Absent: in its middle. */
  readonly cutAt?: "end" | undefined;
}

/** A line: text, or words of which some have a look. A row of a table is never broken. */
export type Line = string | { readonly words: readonly (string | Word)[]; readonly isRow?: boolean };

/** How a text is shown. */
export interface TextLook {
  readonly colours?: boolean | undefined;
  /** The reader's program shows links (OSC 8). */
  readonly links?: boolean | undefined;
  /** Lines are broken between words so that they have at most this many columns. Absent: they are not broken. */
  readonly columns?: number | undefined;
}

const ANSWER_STYLES = { pass: ["bold", "green"], fail: ["bold", "red"], error: ["bold", "red"] } as const;

/**
 * The lines as text for a log or a terminal. Whatever they have in them, a line stays a line, no character controls the
 * reader's terminal, and no line is a command of a runner.
 */
export function printText(lines: readonly Line[], look: TextLook = {}): string {
  return lines.flatMap((line) => printed(line, look)).join("\n");
}

function printed(line: Line, look: TextLook): string[] {
  if (typeof line === "string") return line.split("\n").flatMap((each) => broken(visible(each), look));
  const text = textOf(line);
  const safe = visible(text);
  // A line that has to be changed has no colours: its words are no longer those that were styled.
  const shown = noCommand(safe) === text ? line.words.map((word) => painted(word, look)).join("") : safe;
  return line.isRow ? [noCommand(shown)] : broken(shown, look);
}

function textOf({ words }: Exclude<Line, string>): string {
  return words.map((word) => (typeof word === "string" ? word : word.word)).join("");
}

function painted(word: string | Word, { colours, links }: TextLook): string {
  if (typeof word === "string") return word;
  const { word: text, style, url } = word;
  const formats =
    style && (style in ANSWER_STYLES ? ANSWER_STYLES[style as Answer] : SEVERITY_STYLES[style as Severity].terminal);
  const shown = colours && formats ? styleText([...formats], text, { validateStream: false }) : text;
  return links && url !== undefined ? `\u001b]8;;${url}\u001b\\${shown}\u001b]8;;\u001b\\` : shown;
}

/** A line that is too wide, broken between its words; what follows is indented more. Not what can be pasted. */
function broken(line: string, { columns }: TextLook): string[] {
  if (columns === undefined || width(line) <= columns || /^\s*\$ /.test(line)) return [noCommand(line)];
  const indent = " ".repeat(line.length - line.trimStart().length);
  const lines: string[] = [];
  let current = indent;
  // `layer 1` is not torn apart.
  for (const word of line.trimStart().split(/ (?!\d+$)/)) {
    const longer = current.trim() === "" ? current + word : `${current} ${word}`;
    if (width(longer) > columns && current.trim() !== "") {
      lines.push(current);
      current = `${indent}  ${word}`;
    } else current = longer;
  }
  return [...lines, current].map(noCommand);
}

/** Size of a text of these lines in UTF-8 bytes, without colours. Each line has its line break. */
export function sizeOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(typeof line === "string" ? line : textOf(line)) + 1, 0);
}

/** Untrusted text on one line, in at most `most` UTF-16 units. */
export function said(untrusted: string, most: number, where?: "end" | "middle"): string {
  return shorten(plain(untrusted), most, where);
}

/** ASCII and our own signs, each one column wide: the tables of most runs have no other text. */
const NARROW = /^[\x20-\x7e→…·−]*$/;

/**
 * How many terminal columns visible text takes. The package `string-width` would load a grapheme segmenter in each run,
 * which takes 50 ms of CPU.
 */
export function width(text: string): number {
  return NARROW.test(text) ? text.length : fastStringWidth(text);
}

/** Cuts text that takes more than `most` columns, by default in its middle. `…` replaces what was cut. */
export function cut(text: string, most: number, where: "end" | "middle" = "middle"): string {
  let units = most;
  let shown = shorten(text, units, where);
  while (width(shown) > most && units > 1) {
    units -= 1;
    shown = shorten(text, units, where);
  }
  return shown;
}

/** A cell of a table. */
export type Cell = string | Word;

/** Rows below a head. A column in which nothing stands is left out. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Widest line, in columns: if it is wider, the widest columns become narrower. */
  readonly columns: number;
  /** How much of its width each column keeps then, against a column of 1. Absent: 1 each. */
  readonly weights?: readonly number[] | undefined;
  /** UTF-8 bytes that the table may take. */
  readonly room: number;
}

const BETWEEN = "  ";

/** The head and as many rows as there is room for, each column as wide as it needs. */
export function tableLines(table: TextTable): Line[] {
  const { head, rows, room } = table;
  const widths = widthsOf(table);
  const lines: Line[] = [];
  let left = room;
  for (const cells of [head, ...rows]) {
    const line = rowOf(cells, widths);
    left -= sizeOf([line]);
    if (left < 0) break;
    lines.push(line);
  }
  return lines;
}

/** Each column's width: all that it needs, or as much as there is. */
function widthsOf({ head, rows, columns, weights = [] }: TextTable): readonly number[] {
  const widths = head.map((words, column) => {
    const widest = rows.reduce((most, cells) => Math.max(most, width(wordOf(cells[column]))), 0);
    return widest === 0 ? 0 : Math.max(widest, width(words));
  });
  const sum = widths.reduce((all, each) => all + (each && BETWEEN.length + each), 0);
  for (let over = sum - columns; over > 0; over -= 1) {
    const sizes = widths.map((each, column) => each / (weights[column] ?? 1));
    const widest = sizes.indexOf(Math.max(...sizes));
    widths[widest] = Math.max(1, (widths[widest] ?? 0) - 1);
  }
  return widths;
}

function wordOf(cell: Cell = ""): string {
  return typeof cell === "string" ? cell : cell.word;
}

function rowOf(cells: readonly Cell[], widths: readonly number[]): Line {
  const words: (string | Word)[] = [];
  let gap = BETWEEN;
  for (const [column, most] of widths.entries()) {
    if (most === 0) continue;
    const cell = cells[column];
    const text = cut(wordOf(cell), most, typeof cell === "object" ? cell.cutAt : undefined);
    if (text !== "") words.push(gap, typeof cell === "object" ? { ...cell, word: text } : text);
    gap = (text === "" ? gap : "") + " ".repeat(most - width(text)) + BETWEEN;
  }
  return { words, isRow: true };
}

import type { Finding } from "../../domain/finding.ts";
import type { Severity } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { type FixAdvice, fixAdvisor } from "../shared/fix.ts";
import { counted, countSeverities, severityList } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import { placeOf } from "./place.ts";
import { columns, padColumns, shortenToColumns } from "./terminal-width.ts";

/** Widest line of the table, in columns. */
const WIDTH = 120;
const COLUMNS = ["severity", "advisory", "package", "installed → fixed", "where"];
const BETWEEN = "  ";
const [SEVERITY, ADVISORY, PACKAGE, VERSIONS, WHERE] = [0, 1, 2, 3, 4] as const;
/** What gets narrower where a line would be too long, and down to what: one after the other until it fits. */
const NARROWER = [
  [WHERE, 34],
  [PACKAGE, 22],
  [VERSIONS, 37],
  [WHERE, 32],
  [VERSIONS, 35],
  [PACKAGE, 20],
  [WHERE, 24],
  [ADVISORY, 19],
  [SEVERITY, 8],
] as const;
/** Longest cell before that, in UTF-16 units. */
const LONGEST_CELL = 400;

/** A row's cells, each in at most so many columns. */
type RowOf = (judged: JudgedFinding, widths: Widths) => Cells;
type Cells = [string, string, string, string, string];

/**
 * A table of findings in at most `room` UTF-8 bytes: rows as wide as their content needs, until there is no room. Widths are
 * taken from the rows that can be shown.
 */
export function findingLines(failing: readonly JudgedFinding[], room: number): string[] {
  if (failing.length === 0) return [];
  const most = Math.max(0, Math.min(failing.length, Math.floor(room / 60)));
  const rows = failing.slice(0, most);
  const cellsOf = cellMaker();
  const widths = widthsOf(rows, cellsOf);
  const lines: string[] = [];
  let left = room;
  for (let index = -1; index < most; index += 1) {
    const judged = rows[index];
    const line = lineOf(judged === undefined ? COLUMNS : cellsOf(judged, widths), widths);
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) break;
    lines.push(line);
  }
  const shown = Math.max(0, lines.length - 1);
  if (shown === failing.length) return lines;
  const rest = countSeverities((index) => severityOf(failing, index), shown, failing.length);
  return [...lines, `  … and ${counted(failing.length - shown, "more failing finding")}: ${severityList(rest)}`];
}

function cellMaker(): RowOf {
  const adviceOn = fixAdvisor();
  const cell = (untrusted: string, most: number) => shortenToColumns(plain(shorten(untrusted, LONGEST_CELL)), most);
  return (judged, widths) => {
    const { finding } = judged;
    return [
      cell(finding.severity, widths[SEVERITY]),
      cell(finding.id, widths[ADVISORY]),
      cell(finding.package?.name ?? finding.title, widths[PACKAGE]),
      versions(finding, adviceOn(finding), widths[VERSIONS]),
      placeOf(judged, widths[WHERE]),
    ];
  };
}

type Widths = [number, number, number, number, number];

const UNCUT: Widths = [Infinity, Infinity, Infinity, Infinity, Infinity];

function widthsOf(rows: readonly JudgedFinding[], cellsOf: RowOf): Widths {
  const widths = COLUMNS.map((name) => name.length) as Widths;
  for (const row of rows)
    for (const [column, cell] of cellsOf(row, UNCUT).entries())
      widths[column] = Math.max(widths[column] ?? 0, columns(cell));
  let over = widths.reduce((sum, width) => sum + BETWEEN.length + width, 0) - WIDTH;
  for (const [column, least] of NARROWER) {
    const less = Math.max(0, Math.min(over, widths[column] - least));
    widths[column] -= less;
    over -= less;
  }
  return widths;
}

/** Longest version, in UTF-16 units, and columns below which one says nothing. */
const VERSION = 17;
const LEAST_VERSION = 6;

/**
 * `2.14.1 → 2.15.0`; where nobody knows the order of several: the first, and dots. What is installed is cut before that which
 * is to be done.
 */
function versions({ kind, package: about }: Finding, { to, none }: FixAdvice, most: number): string {
  const installed = plain(shorten(about?.version ?? "", VERSION));
  if (kind !== "vulnerability") return shortenToColumns(installed, most);
  const words =
    to === undefined
      ? ` (${plain(shorten(none, 30))})`
      : ` → ${plain(shorten(to[0], VERSION))}${to.length > 1 ? " …" : ""}`;
  const left = most - columns(words);
  if (left < LEAST_VERSION) return shortenToColumns(installed + words, most);
  return shortenToColumns(installed, left, "end") + words;
}

function lineOf(cells: readonly string[], widths: Widths): string {
  return (BETWEEN + cells.map((cell, column) => padColumns(cell, widths[column] ?? 0)).join(BETWEEN)).trimEnd();
}

function severityOf(findings: readonly JudgedFinding[], index: number): Severity {
  return (findings[index] as JudgedFinding).finding.severity;
}

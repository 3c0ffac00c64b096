import { andMore, listSome, someLines } from "../../domain/list-some.ts";
import type { ImageRow, Week } from "../../domain/rows/week.ts";
import { exceptionLines, LIMIT_BYTES, modeLines, reasonLine } from "../log/log.ts";
import { textLine } from "../print/line.ts";
import { type Cell, cut, type Line, printText, said, sizeOf, type TextLook, tableLines } from "../print/text.ts";
import { runNoteLines } from "../sections/notices.ts";
import { joined } from "../shared/phrases.ts";
import { join } from "../tree.ts";
import { notLookedAtLines } from "./not-looked-at.ts";
import { leftFromResults } from "./results.ts";
import type { RescanView } from "./view.ts";
import { weekOf } from "./week.ts";
import {
  changeWords,
  firstWords,
  headlineWords,
  issueWords,
  numberParts,
  openParts,
  overdueWords,
  placeWords,
  wayWords,
} from "./words.ts";

const HEAD = ["", "image", "open", "new, fixed, overdue", "where", "first"];
/** Widest cell of each column. */
const WIDEST = [7, 40, 24, 30, 32, 32];
/** The order of shortening a line that is too wide: places go first, since the report has them. */
const NARROWER = [
  [4, 0],
  [3, 12],
  [5, 14],
  [1, 24],
  [2, 13],
] as const;
/** Names that are shown. */
const NAMED = 5;
/** Notes of sources that are shown. */
const NOTES = 10;

/**
 * The log: what was not looked at, a table of the images, worst first, what became of history and issues, and at the
 * end the reason.
 */
export function renderRescanLog(view: RescanView, look: TextLook = {}, limitBytes = LIMIT_BYTES): string {
  return printText([...bodyLines(view, look, limitBytes), ...modeLines(view.gate), reasonLine(view.gate)], look);
}

/** The log without its last line, which is the verdict's. */
export function bodyLines(
  view: RescanView,
  { columns = Number.POSITIVE_INFINITY }: TextLook,
  limitBytes = LIMIT_BYTES,
): Line[] {
  const week = weekOf(view);
  const numbers = numberParts(week).map(({ words }) => words);
  const before = [
    `${said(view.gate.name, 200)}: ${headlineWords(view, week)}`,
    `  ${numbers.join(", ")}`,
    "",
    ...notLookedAtLines(week),
    ...sourceNoteLines(view),
    ...runNoteLines(view.gate),
  ];
  const after = [...goneLines(week), ...exceptionLines(view.gate), ...endLines(view, week)];
  const room = limitBytes - sizeOf([...before, ...after, view.gate.verdict.reason]) - 200;
  return [...before, ...imageLines(week, room, columns), ...after];
}

/** What the sources say beside their images, such as a service that is built on the host and so was not scanned. */
function sourceNoteLines({ sources }: RescanView): string[] {
  const notes = sources.flatMap(({ source, notes }) => notes.map((note) => ({ source, note })));
  return notes.length === 0
    ? []
    : [
        "Notes of the sources:",
        ...someLines(notes, NOTES, {
          show: ({ source, note }) => `  ${said(source, 100)}: ${said(note, 300)}`,
          rest: inReport,
        }),
        "",
      ];
}

function inReport(more: string): string {
  return `  … ${more}; the report has all.`;
}

function namesOf(names: readonly string[]): string {
  const show = (name: string) => said(name, 120);
  return listSome(names, NAMED, { show });
}

/** As many rows as fit. */
function imageLines(week: Week, room: number, columns: number): Line[] {
  const { rows } = week;
  if (rows.length === 0) return [];
  const cells = rows.map((row) => cellsOf(row, week));
  const lines = tableLines({ head: HEAD, rows: cells, columns, narrower: NARROWER, room });
  const missing = andMore(rows.length - lines.length + 1, "image");
  return [...lines, ...(missing === "" ? [] : [inReport(missing)]), ""];
}

function cellsOf(row: ImageRow, week: Week): Cell[] {
  const cells = [
    row.state,
    said(row.name, 200, "middle"),
    textLine(join(", ", openParts(row, week.severities))),
    joined(", ", [...changeWords(row, week), overdueWords(row, week.today)]),
    textLine(placeWords(row.places, 60)),
    textLine(firstWords(row)),
  ];
  return cells.map((cell, column) => cut(cell, WIDEST[column] ?? 0));
}

function goneLines({ gone }: Week): string[] {
  if (gone.length === 0) return [];
  return [`Not running any more: ${namesOf(gone.map(({ change }) => change.image))}`, ""];
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How the images were scanned, where the history is, and what was done with issues. */
function endLines(view: RescanView, week: Week): string[] {
  const { state, issues } = view;
  const [ways, left] = [wayWords(week), leftFromResults(view)];
  const history =
    "written" in state
      ? `History: ${said(state.written, 200)}`
      : // What to do about an error stands beside the verdict.
        `History not written: ${said(state.notWritten, 1000)}.`;
  return [
    ...(left === "" ? [] : [left]),
    ...(ways === "" ? [] : [`Scans: ${ways}`]),
    history,
    ...(issues === undefined ? [] : [capital(issueWords(issues))]),
    ...(issues?.failed ?? []).slice(0, NAMED).map((sentence) => `  ${said(sentence, 500)}`),
    "",
  ];
}

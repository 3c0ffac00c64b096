import { andMore } from "../../domain/list-some.ts";
import type { ImageRow, Week } from "../../domain/rows/week.ts";
import { exceptionLines, LIMIT_BYTES, modeLines, reasonLine } from "../log/log.ts";
import { textLine } from "../print/line.ts";
import { paragraphLines } from "../print/lines.ts";
import { type Cell, cut, type Line, printText, said, sizeOf, type TextLook, tableLines } from "../print/text.ts";
import { joined } from "../shared/phrases.ts";
import { runNotesSection } from "../story/notices.ts";
import { type Block, code, join, leftOut, list, para, prose, say, some } from "../tree.ts";
import { notLookedAt } from "./not-looked-at.ts";
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
  const before = paragraphLines(
    [para(prose(view.gate.name, 200), ": ", headlineWords(view, week)), list([join(", ", numberParts(week))])],
    notLookedAt(week),
    sourceNotes(view),
    runNotesSection(view.gate),
  );
  const after = [
    ...paragraphLines(goneNote(week)),
    ...exceptionLines(view.gate),
    ...paragraphLines(endBlocks(view, week)),
  ];
  const room = limitBytes - sizeOf([...before, ...after, view.gate.verdict.reason]) - 200;
  return [...before, ...imageLines(week, room, columns), ...after];
}

/** What the sources say beside their images, such as a service that is built on the host and so was not scanned. */
function sourceNotes({ sources }: RescanView): Block[] {
  const notes = sources.flatMap(({ source, notes }) =>
    notes.map((note) => say`${code(source, 100)}: ${prose(note, 300)}`),
  );
  if (notes.length === 0) return [];
  const left = leftOut(notes.length - NOTES, "more note", "in the report only");
  return [para("Notes of the sources:"), list([...notes.slice(0, NOTES), left])];
}

function goneNote({ gone }: Week): Block[] {
  if (gone.length === 0) return [];
  return [para("Not running any more: ", some(gone, NAMED, { show: ({ change }) => code(change.image, 120) }))];
}

/** As many rows as fit. */
function imageLines(week: Week, room: number, columns: number): Line[] {
  const { rows } = week;
  if (rows.length === 0) return [];
  const cells = rows.map((row) => cellsOf(row, week));
  const lines = tableLines({ head: HEAD, rows: cells, columns, narrower: NARROWER, room });
  const missing = andMore(rows.length - lines.length + 1, "image");
  return [...lines, ...(missing === "" ? [] : [`  … ${missing}; the report has all.`]), ""];
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

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How the images were scanned, where the history is, and what was done with issues. */
function endBlocks(view: RescanView, week: Week): Block[] {
  const { state, issues } = view;
  const ways = wayWords(week);
  return [
    para(leftFromResults(view)),
    para(ways === "" ? "" : `Scans: ${ways}`),
    para(
      "written" in state
        ? say`History: ${code(state.written, 200)}`
        : // What to do about an error stands beside the verdict.
          say`History not written: ${prose(state.notWritten, 1_000)}.`,
    ),
    para(issues === undefined ? "" : capital(issueWords(issues))),
    list((issues?.failed ?? []).slice(0, NAMED).map((sentence) => prose(sentence, 500))),
  ];
}

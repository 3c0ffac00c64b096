import { andMore, listSome, someLines } from "../../domain/list-some.ts";
import { needingAttention } from "../../domain/rows/attention.ts";
import type { ImageRow, Week } from "../../domain/rows/week.ts";
import { bytes, LIMIT_BYTES } from "../log/fit-log.ts";
import { columns, padColumns, shortenToColumns } from "../log/table.ts";
import { attentionWords, listWord } from "../sections/exceptions.ts";
import { runNoteLines } from "../sections/notices.ts";
import { joined } from "../shared/phrases.ts";
import { noCommand, plain, shorten } from "../shared/safe-text.ts";
import { type Ink, terseStep } from "../shared/steps.ts";
import type { RescanView } from "./view.ts";
import { weekOf } from "./week.ts";
import {
  changeWords,
  endingWords,
  headlineWords,
  issueWords,
  NO_STEP,
  numberParts,
  openParts,
  overdueWords,
  placeWords,
  wayWords,
} from "./words.ts";

/** Largest log text in UTF-8 bytes. */
const HEAD = ["", "image", "open", "new, fixed, overdue", "where", "first"];
/** Widest cell of each column. */
const WIDEST = [7, 40, 24, 30, 32, 32];
/**
 * What is taken away first where the line is too wide. The places go, since the report has them. Others keep a least
 * width, with which the line has 80 columns.
 */
const LEAST: readonly (readonly [column: number, width: number])[] = [
  [4, 0],
  [3, 12],
  [5, 14],
  [1, 24],
  [2, 13],
];
/** Errors and names that are shown. */
const ERRORS = 20;
const NAMED = 5;
/** Notes of sources that are shown. */
const NOTES = 10;

const INK: Ink = {
  name: (untrusted) => plain(shorten(untrusted, 60, "middle")),
  version: (untrusted) => plain(shorten(untrusted, 40)),
  path: (untrusted) => plain(shorten(untrusted, 60, "middle")),
  layer: () => "",
  prose: (untrusted) => plain(shorten(untrusted, 80)),
  strong: (own) => own,
  fire: "",
};

/** How the log is shown. */
export interface RescanLogLook {
  /** Largest text in UTF-8 bytes. */
  readonly limitBytes?: number | undefined;
  /** Widest line of the table. Absent: as wide as it needs. */
  readonly mostColumns?: number | undefined;
}

/**
 * The log: what was not looked at, a table of the images, worst first, what became of history and issues, and at the
 * end the reason.
 */
export function renderRescanLog(view: RescanView, look: RescanLogLook = {}): string {
  const { limitBytes = LIMIT_BYTES, mostColumns = Number.POSITIVE_INFINITY } = look;
  const week = weekOf(view);
  const before = [
    `${shorten(plain(view.gate.name), 200)}: ${headlineWords(view, week)}`,
    `  ${numberParts(week)
      .map(({ words }) => words)
      .join(", ")}`,
    "",
    ...notLookedAtLines(week),
    ...sourceNoteLines(view),
    ...runNoteLines(view.gate),
  ];
  const after = [
    ...goneLines(week),
    ...exceptionLines(view),
    ...endLines(view, week),
    ...(view.gate.mode === "warn" && view.gate.verdict.answer === "fail"
      ? ["mode: warn: the step does not fail."]
      : []),
    shorten(plain(view.gate.verdict.reason), 4_000),
  ];
  return noCommand(
    [...before, ...tableLines(week, limitBytes - bytes([...before, ...after]) - 200, mostColumns), ...after].join("\n"),
  );
}

function notLookedAtLines({ unread, notJudged, unseen }: Week): string[] {
  const maybe =
    unseen.length === 0
      ? []
      : [`  ${namesOf(unseen.map(({ change }) => change.image))}: no source that could be read names this any more.`];
  const items = [
    ...unread.map(({ source, error }) => ({ subject: `source ${shorten(plain(source), 200)}`, error })),
    ...notJudged.map(({ names, error }) => ({ subject: namesOf(names), error })),
  ];
  return items.length + maybe.length === 0
    ? []
    : [
        "Not looked at:",
        ...someLines(items, ERRORS, {
          show: ({ subject, error: { code, what, remedy } }) =>
            `  ${subject}: [${plain(code)}] ${shorten(plain(what), 500)}.\n    ${shorten(plain(remedy), 500)}`,
          rest: inReport,
        }),
        ...maybe,
        "",
      ];
}

/** What the sources say beside their images, such as a service that is built on the host and so was not scanned. */
function sourceNoteLines({ sources }: RescanView): string[] {
  const notes = sources.flatMap(({ source, notes }) => notes.map((note) => ({ source, note })));
  return notes.length === 0
    ? []
    : [
        "Notes of the sources:",
        ...someLines(notes, NOTES, {
          show: ({ source, note }) => `  ${shorten(plain(source), 100)}: ${shorten(plain(note), 300)}`,
          rest: inReport,
        }),
        "",
      ];
}

function inReport(more: string): string {
  return `  … ${more}; the report has all.`;
}

function namesOf(names: readonly string[]): string {
  const show = (name: string) => shorten(plain(name), 120);
  return listSome(names, NAMED, { show });
}

/** As many rows as fit, each column as wide as it needs. A column that would be empty is left out. */
function tableLines(week: Week, room: number, mostColumns: number): string[] {
  const { rows } = week;
  if (rows.length === 0) return [];
  const cells = rows.map((row) => cellsOf(row, week));
  const needed = HEAD.map((word, column) => {
    const widest = Math.max(0, ...cells.map((line) => columns(line[column] ?? "")));
    return widest === 0 ? 0 : Math.min(WIDEST[column] ?? widest, Math.max(widest, columns(word)));
  });
  const widths = narrowed(needed, mostColumns);
  const line = (of: readonly string[]) =>
    `  ${of
      .flatMap((cell, column) => {
        const width = widths[column] ?? 0;
        return width === 0 ? [] : [padColumns(shortenToColumns(cell, width), width)];
      })
      .join("  ")}`.trimEnd();
  const lines = [line(HEAD)];
  let left = room - bytes(lines);
  for (const of of cells) {
    const text = line(of);
    left -= bytes([text]);
    if (left < 0) break;
    lines.push(text);
  }
  const missing = andMore(rows.length - lines.length + 1, "image");
  return [...lines, ...(missing === "" ? [] : [inReport(missing)]), ""];
}

/** Widths whose line has at most `most` columns, with the two spaces before each. */
function narrowed(needed: readonly number[], most: number): number[] {
  const widths = [...needed];
  for (const [column, least] of LEAST) {
    const over = widths.reduce((sum, width) => sum + (width === 0 ? 0 : width + 2), 0) - most;
    if (over <= 0) break;
    const width = widths[column] ?? 0;
    widths[column] = least === 0 ? 0 : Math.max(Math.min(width, least), width - over);
  }
  return widths;
}

function cellsOf(row: ImageRow, week: Week): string[] {
  const open = openParts(row, week.severities).map(({ words }) => words);
  return [
    row.state,
    shorten(plain(row.name), 200, "middle"),
    row.open === undefined ? "?" : open.join(", ") || "none",
    joined(", ", [...changeWords(row, week), overdueWords(row, week.today)]),
    placeWords(row.places, (untrusted) => shorten(plain(untrusted), 60, "middle")),
    firstWords(row),
  ];
}

/** What to do first: of an image without an answer its error, of one that fails its first step. */
function firstWords(row: ImageRow): string {
  const [error] = row.image.running.flatMap(({ verdict }) => (verdict.answer === "error" ? [verdict.error.code] : []));
  if (error !== undefined) return plain(error);
  if (row.step !== undefined) return terseStep(row.step, INK);
  return row.state === "fail" ? NO_STEP : endingWords(row);
}

function goneLines({ gone }: Week): string[] {
  if (gone.length === 0) return [];
  return [`Not running any more: ${namesOf(gone.map(({ change }) => change.image))}`, ""];
}

function exceptionLines({ gate }: RescanView): string[] {
  const items = needingAttention(gate.verdict);
  if (items.length === 0) return [];
  const show = (item: (typeof items)[number]) => {
    const { exception } = item.use;
    return `  line ${exception.line}: ${listWord(item)}${shorten(plain(exception.id), 60)} ${attentionWords(item)}`;
  };
  const shown = someLines(items, ERRORS, { show, rest: (more) => `  … ${more}` });
  return ["Exceptions that need attention:", ...shown, ""];
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How the images were scanned, where the history is, and what was done with issues. */
function endLines({ state, issues }: RescanView, week: Week): string[] {
  const ways = wayWords(week);
  const history =
    "written" in state
      ? `History: ${shorten(plain(state.written), 200)}`
      : // What to do about an error stands beside the verdict.
        `History not written: ${shorten(plain(state.notWritten), 1000)}.`;
  return [
    ...(ways === "" ? [] : [`Scans: ${ways}`]),
    history,
    ...(issues === undefined ? [] : [capital(issueWords(issues))]),
    ...(issues?.failed ?? []).slice(0, NAMED).map((sentence) => `  ${shorten(plain(sentence), 500)}`),
    "",
  ];
}

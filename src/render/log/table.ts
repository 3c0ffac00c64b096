import type { Finding, Layer, Owner } from "../../domain/finding.ts";
import { andMore } from "../../domain/list-some.ts";
import { memoize } from "../../domain/memoize.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/fix-advice.ts";
import { countSeverities } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { pathsOfAlike } from "../rows/distinct-paths.ts";
import { briefInstruction, placed } from "../shared/location.ts";
import { severityList } from "../shared/phrases.ts";
import { lettersTold, pathEnd, plain, shorten } from "../shared/safe-text.ts";
import { exploitWords } from "../shared/status.ts";

/** Widest line of the table, in columns. */
const WIDTH = 120;
const COLUMNS = ["severity", "advisory", "package", "installed → fixed", "where"] as const;
const BETWEEN = "  ";
const [SEVERITY, ADVISORY, PACKAGE, VERSIONS, WHERE] = [0, 1, 2, 3, 4] as const;
/** What becomes narrower if a line would be too long, and its least width: one after the other, until the line fits. */
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
  // Only where a terminal is narrower than a log.
  [WHERE, 12],
  [VERSIONS, 17],
  [PACKAGE, 14],
] as const;
/** Longest cell before narrowing, in UTF-16 units. */
const LONGEST_CELL = 400;

/** Makes a row's cells, each in at most the given number of columns. */
type RowOf = (judged: JudgedFinding, widths: Widths, told?: string) => Cells;
type Cells = [string, string, string, string, string];

/** What a table of another place than the log has of its own. */
interface TableLook {
  /** Widest line, in columns. */
  readonly width?: number;
  readonly mostRows?: number;
  /** What is left out, in the singular. */
  readonly what?: string;
}

/**
 * A table of findings in at most `room` UTF-8 bytes: as many rows as fit, each as wide as its content needs. The widths
 * come from the rows that can be shown.
 */
export function findingLines(
  failing: readonly JudgedFinding[],
  room: number,
  { width = WIDTH, mostRows = Number.POSITIVE_INFINITY, what = "failing finding" }: TableLook = {},
): string[] {
  if (failing.length === 0) return [];
  const most = Math.max(0, Math.min(failing.length, Math.floor(room / 60), mostRows));
  const rows = failing.slice(0, most);
  const cellsOf = cellMaker();
  const widths = widthsOf(rows, cellsOf, width);
  const told = pathsOfAlike(
    rows.filter(({ finding: { path } }) => path !== undefined),
    { look: (judged) => cellsOf(judged, widths).join("\0"), pathOf: ({ finding: { path } }) => path },
  );
  const lines: string[] = [];
  let left = room;
  for (let index = -1; index < most; index += 1) {
    const judged = rows[index];
    const line = lineOf(judged === undefined ? COLUMNS : cellsOf(judged, widths, told.get(judged)), widths);
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) break;
    lines.push(line);
  }
  const shown = Math.max(0, lines.length - 1);
  if (shown === failing.length) return lines;
  const rest = countSeverities(failing.slice(shown), ({ finding }) => finding.severity);
  return [...lines, `  … ${andMore(failing.length - shown, what)}: ${severityList(rest)}`];
}

function cellMaker(): RowOf {
  const adviceOn = fixAdvisor();
  const cell = (untrusted: string, most: number) => shortenToColumns(plain(shorten(untrusted, LONGEST_CELL)), most);
  return (judged, widths, told) => {
    const { finding } = judged;
    return [
      cell(finding.severity, widths[SEVERITY]),
      cell(finding.id, widths[ADVISORY]),
      finding.package === undefined
        ? cell(finding.title, widths[PACKAGE])
        : shortenToColumns(lettersTold(plain(shorten(finding.package.name, LONGEST_CELL))), widths[PACKAGE]),
      versions(finding, adviceOn(finding), widths[VERSIONS]),
      placeOf(judged, widths[WHERE], told),
    ];
  };
}

type Widths = [number, number, number, number, number];

const UNCUT: Widths = [Infinity, Infinity, Infinity, Infinity, Infinity];

function widthsOf(rows: readonly JudgedFinding[], cellsOf: RowOf, most: number): Widths {
  const widths = COLUMNS.map((name) => name.length) as Widths;
  // Not `for`: V8 would compile this function anew within the loop, in 15 ms of CPU.
  rows.forEach((row) => {
    cellsOf(row, UNCUT).forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, columns(cell));
    });
  });
  const whole = widths[VERSIONS];
  let over = widths.reduce((sum, width) => sum + BETWEEN.length + width, 0) - most;
  for (const [column, least] of NARROWER) {
    const less = Math.max(0, Math.min(over, widths[column] - least));
    widths[column] -= less;
    over -= less;
  }
  if (most >= WIDTH) return widths;
  // `layer 1` needs less than it may have, and the versions need more.
  const used = Math.max(COLUMNS[WHERE].length, ...rows.map((row) => columns(cellsOf(row, widths)[WHERE])));
  const spare = Math.min(whole - widths[VERSIONS], widths[WHERE] - used);
  widths[VERSIONS] += spare;
  widths[WHERE] -= spare;
  return widths;
}

/** Longest version, in UTF-16 units, and the columns below which a version is useless. */
const VERSION = 17;
const LEAST_VERSION = 6;

/**
 * `2.14.1 → 2.15.0`. For several fixes whose order is not known, the first and an ellipsis. The installed version is
 * cut before the fix is.
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

/** Longest path, instruction and owner, in UTF-16 units. */
const PATH = 1_000;
const INSTRUCTION = 60;
const OWNER = 60;
/** The columns below which words are useless. */
const LEAST = 8;

/**
 * The place of a finding for a table of the log, in at most `most` columns. It is the file with its owner, or else the
 * layer: a line has room for only one of them. Before it, what is known about attacks.
 * @param told the file's text, if another row would look the same without it
 */
function placeOf(judged: JudgedFinding, most: number, told: string | undefined): string {
  const marks = shortenToColumns(plain(exploitWords(judged).join("; ")), most, "end");
  const words = (left: number) =>
    told === undefined ? placeWords(judged.finding, left) : shortenToColumns(plain(told), left);
  if (marks === "") return words(most);
  const left = most - columns(marks) - 2;
  const place = left < LEAST ? "" : words(left);
  return place === "" ? marks : `${marks}; ${place}`;
}

function placeWords({ owner, path, line, layer }: Finding, most: number): string {
  if (path !== undefined) return fileWords(plain(shorten(placed(path, line), PATH, "middle")), owner, most);
  return layer === undefined ? "" : layerWords(layer, most);
}

/** The owner is dropped before the file's name is cut. */
function fileWords(place: string, owner: Owner | undefined, most: number): string {
  const before = owner === undefined ? "" : `${plain(shorten(owner.name, OWNER, "middle"))}: `;
  const name = place.slice(Math.max(0, place.lastIndexOf("/") - 1));
  const left = most - columns(before);
  return left >= Math.min(columns(place), columns(name)) ? before + pathIn(place, left) : pathIn(place, most);
}

/** The end of a path. If whole folders leave half of the room empty, it also has as much of the next folder as fits. */
function pathIn(path: string, most: number): string {
  const end = pathEnd(path, most);
  return shortenToColumns(end.length >= most / 2 || path.length <= most ? end : `…${path.slice(1 - most)}`, most);
}

/** The Dockerfile's line, or else the layer's number, is kept; the instruction loses its end. */
function layerWords({ number, source, instruction = "" }: Layer, most: number): string {
  const layer = number === undefined ? "" : `layer ${number}`;
  const at = source === undefined ? layer : pathIn(plain(placed(source.file, source.line)), most);
  const words = instructionWords(instruction);
  if (at === "") return shortenToColumns(words, most, "end");
  const left = most - columns(at) - 1;
  return words === "" || left < LEAST ? at : `${at} ${shortenToColumns(words, left, "end")}`;
}

/** Thousands of findings have few instructions. */
const instructionWords = memoize((instruction: string) => plain(briefInstruction(instruction, INSTRUCTION)));

/** Characters that are two columns wide in a terminal: East Asian Width W and F (Unicode's Annex 11), and emoji. */
const WIDE =
  /[\u1100-\u115F\u2329\u232A\u2630-\u2637\u268A-\u268F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1D300}-\u{1D376}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
/** Marks that are painted over the character before them. */
const MARK = /[\p{Mn}\p{Me}]/u;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** How many terminal columns visible text takes. */
export function columns(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let count = 0;
  for (const character of text) count += WIDE.test(character) ? 2 : MARK.test(character) ? 0 : 1;
  return count;
}

/** Cuts text that takes more than `most` columns, by default in its middle. `…` replaces what was cut. */
export function shortenToColumns(text: string, most: number, where: "end" | "middle" = "middle"): string {
  let units = most;
  let shown = shorten(text, units, where);
  while (columns(shown) > most && units > 1) {
    units -= 1;
    shown = shorten(text, units, where);
  }
  return shown;
}

/** Pads text with spaces to `width` columns. */
export function padColumns(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

import type { Finding, Layer, Owner } from "../../domain/finding.ts";
import { andMore } from "../../domain/list-some.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/fix-advice.ts";
import { countSeverities } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { type Cell, cut, type Line, tableLines, width } from "../print/text.ts";
import { pathsOfAlike } from "../rows/distinct-paths.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { briefInstruction, placed } from "../shared/location.ts";
import { severityList } from "../shared/phrases.ts";
import { lettersTold, pathEnd, plain, shorten } from "../shared/safe-text.ts";
import { exploitWords } from "../shared/status.ts";

const HEAD = ["severity", "advisory", "package", "installed → fixed", "where"];
/** Least widths: first those of a log of 120 columns, and then those of a narrower terminal. */
const NARROWER = [
  [4, 34],
  [2, 22],
  [3, 37],
  [4, 32],
  [3, 35],
  [2, 20],
  [4, 24],
  [1, 19],
  [0, 8],
  [4, 12],
  [3, 17],
  [2, 14],
] as const;
/** Longest cell before narrowing, in UTF-16 units. */
const LONGEST = 400;

/** How a table of findings is shown. */
interface TableLook {
  /** Widest line, in columns. */
  readonly columns?: number;
  readonly mostRows?: number;
  /** What is left out, in the singular. */
  readonly what?: string;
}

/** A table of findings in at most `room` UTF-8 bytes: as many rows as fit, and how many are left out. */
export function findingLines(
  failing: readonly JudgedFinding[],
  room: number,
  { columns = 120, mostRows = Number.POSITIVE_INFINITY, what = "failing finding" }: TableLook = {},
): Line[] {
  if (failing.length === 0) return [];
  const some = failing.slice(0, Math.max(0, Math.min(Math.floor(room / 60), mostRows)));
  const adviceOn = fixAdvisor();
  const told = pathsOfAlike(some, {
    look: ({ finding: { id, package: about } }) => JSON.stringify([id, about?.name, about?.version]),
    pathOf: ({ finding: { path } }) => path,
    most: 24,
  });
  const rows = some.map((judged) => cellsOf(judged, adviceOn(judged.finding), told.get(judged)));
  const lines = tableLines({ head: HEAD, rows, columns, narrower: NARROWER, room });
  const shown = Math.max(0, lines.length - 1);
  if (shown === failing.length) return lines;
  const rest = countSeverities(failing.slice(shown), ({ finding }) => finding.severity);
  return [...lines, `  … ${andMore(failing.length - shown, what)}: ${severityList(rest)}`];
}

/** @param told the file's text, if another row would look the same without it */
function cellsOf(judged: JudgedFinding, advice: FixAdvice, told: string | undefined): Cell[] {
  const { finding } = judged;
  const { id, severity, title, package: about } = finding;
  return [
    { word: severity, style: severity },
    { word: plain(shorten(id, LONGEST)), url: advisoryUrl(id) },
    about === undefined ? plain(shorten(title, LONGEST)) : lettersTold(plain(shorten(about.name, LONGEST))),
    (most) => versions(finding, advice, most),
    (most) => placeOf(judged, told, most),
  ];
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
  if (kind !== "vulnerability") return cut(installed, most);
  const words =
    to === undefined
      ? ` (${plain(shorten(none, 30))})`
      : ` → ${plain(shorten(to[0], VERSION))}${to.length > 1 ? " …" : ""}`;
  const left = most - width(words);
  return left < LEAST_VERSION ? cut(installed + words, most) : cut(installed, left, "end") + words;
}

/** Longest path, instruction and owner, in UTF-16 units. */
const PATH = 1_000;
const INSTRUCTION = 60;
const OWNER = 60;
/** The columns below which words are useless. */
const LEAST = 8;

/**
 * The place of a finding in at most `most` columns: the file with its owner, or else the layer, since a line has room
 * for only one of them. Before it, what is known about attacks.
 */
function placeOf(judged: JudgedFinding, told: string | undefined, most: number): string {
  const marks = cut(plain(exploitWords(judged).join("; ")), most, "end");
  const left = marks === "" ? most : most - width(marks) - 2;
  if (marks !== "" && left < LEAST) return marks;
  const place = told === undefined ? placeWords(judged.finding, left) : cut(plain(told), left);
  return marks === "" || place === "" ? marks + place : `${marks}; ${place}`;
}

function placeWords({ owner, path, line, layer }: Finding, most: number): string {
  if (path !== undefined) return fileWords(plain(shorten(placed(path, line), PATH, "middle")), owner, most);
  return layer === undefined ? "" : layerWords(layer, most);
}

/** The owner is dropped before the file's name is cut. */
function fileWords(place: string, owner: Owner | undefined, most: number): string {
  const before = owner === undefined ? "" : `${plain(shorten(owner.name, OWNER, "middle"))}: `;
  const name = place.slice(Math.max(0, place.lastIndexOf("/") - 1));
  const left = most - width(before);
  return left >= Math.min(width(place), width(name)) ? before + pathIn(place, left) : pathIn(place, most);
}

/** The end of a path. If whole folders leave half of the room empty, it also has as much of the next folder as fits. */
function pathIn(path: string, most: number): string {
  const end = pathEnd(path, most);
  return cut(end.length >= most / 2 || path.length <= most ? end : `…${path.slice(1 - most)}`, most);
}

/** The Dockerfile's line, or else the layer's number, is kept; the instruction loses its end. */
function layerWords({ number, source, instruction = "" }: Layer, most: number): string {
  const layer = number === undefined ? "" : `layer ${number}`;
  const at = source === undefined ? layer : pathIn(plain(placed(source.file, source.line)), most);
  const words = plain(briefInstruction(instruction, INSTRUCTION));
  if (at === "") return cut(words, most, "end");
  const left = most - width(at) - 1;
  return words === "" || left < LEAST ? at : `${at} ${cut(words, left, "end")}`;
}

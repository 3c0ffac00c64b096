import type { Finding } from "../../domain/finding.ts";
import { andMore } from "../../domain/list-some.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import { countSeverities } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { textLine } from "../print/line.ts";
import { type Cell, type Line, said, tableLines } from "../print/text.ts";
import { pathsOfAlike } from "../rows/distinct-paths.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { layerWords, placed, sourceWords } from "../shared/location.ts";
import { joined, severityList } from "../shared/phrases.ts";
import { exploitWords } from "../shared/status.ts";
import { name, path as pathOf } from "../tree.ts";

const HEAD = ["severity", "advisory", "package", "installed", "fixed", "where"];
/** Ids and versions are what people copy. */
const WEIGHTS = [4, 4, 1, 2, 2, 1];
/** Longest name and longest version, in UTF-16 units. A table that is too wide cuts them more. */
const NAME = 400;
const VERSION = 30;
/** Longest path: a log of 120 columns has no room for more. */
const PATH = 40;

/** How a table of findings is shown. */
export interface TableLook {
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
  const lines = tableLines({ head: HEAD, rows, columns, weights: WEIGHTS, room });
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
    { word: said(id, NAME), url: advisoryUrl(id) },
    about === undefined ? said(title, NAME) : textLine(name(about.name, NAME)),
    said(about?.version ?? "", VERSION, "middle"),
    fixedIn(finding, advice),
    placeCell(judged, told === undefined ? placeWords(finding) : said(told, PATH)),
  ];
}

/** `2.15.0`. For several fixes whose order is not known, the first and an ellipsis. */
function fixedIn({ kind }: Finding, { to, none }: FixAdvice): string {
  if (kind !== "vulnerability") return "";
  return to === undefined ? said(none, VERSION) : `${said(to[0], VERSION, "middle")}${to.length > 1 ? " …" : ""}`;
}

/** Where it is, behind what is known about attacks. The end of an instruction matters least. */
function placeCell(judged: JudgedFinding, place: string): Cell {
  const words = joined("; ", [...exploitWords(judged), place]);
  return judged.finding.path === undefined ? { word: words, cutAt: "end" } : words;
}

/** The file, the Dockerfile's line or the layer: a line has room for only one. The plan names the file's owner. */
function placeWords({ path, line, layer }: Finding): string {
  if (path !== undefined) return textLine(pathOf(placed(path, line), PATH));
  return textLine(layer?.source === undefined ? layerWords(layer) : sourceWords(layer));
}

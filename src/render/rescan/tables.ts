import { type Day, daysBetween } from "../../domain/dates.ts";
import type { RunsAt } from "../../domain/history/running.ts";
import { counting, type ImageRow, type ImageState, type Week } from "../../domain/rows/week.ts";
import { type Severity, toSeverity } from "../../domain/severity.ts";
import { counted, joined, number, whenItEnds } from "../shared/phrases.ts";
import { shorten } from "../shared/safe-text.ts";
import { terseStep } from "../shared/steps.ts";
import {
  BREAK,
  broken as brokenLimit,
  code,
  type Inline,
  isEmpty,
  join,
  link,
  listed,
  name as nameOf,
  type Row,
  type Rows,
  say,
} from "../tree.ts";

/** Images that are open in the table before the rest is folded. */
const OPEN = 8;
/** Longest image name in a cell, in UTF-16 units. */
const NAME = 56;
/** A space at which no line breaks. */
const NO_BREAK = "\u00A0";

const SIGN: Readonly<Record<ImageState, string>> = { error: "⛔", fail: "❌", overdue: "⏰", ending: "⏳", pass: "✅" };
const HEAD = ["image, and where it runs", "open", "new, fixed, overdue", "first"];
const TEXT_HEAD = ["", { words: "image", letters: 8 }, ...HEAD.slice(1)];

/**
 * The images, worst first. Images that need attention are open, and passing ones are folded. A text has no signs, so
 * the state is a word. It has no room for the places, and no folds.
 */
export function imageTables(week: Week, isText: boolean): Rows[] {
  const { rows } = week;
  // With only a few images, nothing is folded.
  if (isText || rows.length <= OPEN) return [imageTable(rows, week, isText, { rank: 1 })];
  const passing = rows.filter(({ state }) => state === "pass");
  const pressing = rows.filter(({ state }) => state !== "pass");
  return [
    imageTable(pressing, week, isText, {
      rank: 1,
      open: OPEN,
      folded: (rest) => `${counted(rest.length, "more image")} to look at`,
    }),
    imageTable(passing, week, isText, {
      rank: 40,
      open: 0,
      folded: () => counted(passing.length, "image passes", "images pass"),
    }),
  ];
}

type Folding = Pick<Parameters<typeof listed<ImageRow>>[1], "rank" | "open" | "folded">;

function imageTable(rows: readonly ImageRow[], week: Week, isText: boolean, folding: Folding): Rows {
  const heads = isText ? TEXT_HEAD : HEAD;
  const cells = isText ? textCells : pageCells;
  const used = heads.map((_, column) => rows.some((row) => !isEmpty(cells(row, week)[column] ?? "")));
  const inUse = (_: unknown, column: number) => used[column];
  return listed(rows, {
    ...folding,
    head: heads.filter(inUse),
    row: (row) => cells(row, week).filter(inUse),
    share: isText ? 0.7 : 0.4,
    what: "more image",
    where: () => `left out here: ${isText ? "the report" : "the JSON report"} has all`,
  });
}

function pageCells(row: ImageRow, week: Week): Row {
  const changes = [changeWords(row, week), oneLine(overdueWords(row, week.today))];
  return [imageCell(row), openCell(row, week.severities), join(BREAK, changes), firstWords(row, true)];
}

function textCells(row: ImageRow, week: Week): Row {
  return [row.state, code(row.name, NAME), ...pageCells(row, week).slice(1, -1), firstWords(row, false)];
}

function imageCell({ image, name, state, places, judged, unjudged }: ImageRow): Inline {
  const several = judged.length + unjudged > 1 ? ` ${number(judged.length + unjudged)} versions` : "";
  const about = say`${SIGN[state]}\u{A0}${link(code(name, NAME), image.issueUrl)}${several}`;
  return join(BREAK, [about, placeWords(places)]);
}

/** Open findings by severity, with broken limits, and the number of images that were not judged. */
function openCell({ open, broken, exploited, unjudged }: ImageRow, severities: readonly Severity[]): Inline {
  if (open === undefined) return "?";
  const parts = severities.flatMap((severity) => {
    const words = `${number(open[severity])}${NO_BREAK}${severity}`;
    return open[severity] === 0 ? [] : broken.has(severity) ? brokenLimit(words) : words;
  });
  const [first = "none", ...others] = parts;
  const fire = exploited === 0 ? "" : `${NO_BREAK}🔥`;
  return join(BREAK, [[first, fire], ...others, unjudged === 0 ? "" : oneLine(`${number(unjudged)} not judged`)]);
}

function oneLine(own: string): string {
  return own.replaceAll(" ", NO_BREAK);
}

/** The findings whose severity the outputs count. */
export function inSight<T extends { readonly severity: string }>(findings: readonly T[], { severities }: Week): T[] {
  return findings.filter(({ severity }) => severities.includes(toSeverity(severity)));
}

/** `3 new, 1 fixed`, or why neither is known. */
function changeWords(row: ImageRow, week: Week): string {
  if (row.judged.length === 0) return "not known";
  if (row.history !== "known") return row.history === "first" ? "first scan" : "not known";
  const fresh = counting(row.fresh, week).length;
  const fixed = inSight(row.fixed, week).length;
  return joined(", ", [fresh === 0 ? "" : `${number(fresh)} new`, fixed === 0 ? "" : `${number(fixed)} fixed`]);
}

/** `2 overdue by 5 days`: the delay of the oldest. Empty if nothing is overdue. */
function overdueWords({ image, due }: ImageRow, today: Day): string {
  return due === undefined
    ? ""
    : `${number(image.overdue.length)} overdue by ${counted(daysBetween(due, today), "day")}`;
}

/** `1 exception ends in 5 days`. Empty if none ends soon. */
function endingWords({ ending }: ImageRow): string {
  const [next] = ending;
  if (next === undefined) return "";
  if (ending.length === 1) return `1 exception ${whenItEnds(next.daysLeft)}`;
  return `${number(ending.length)} exceptions end soon, the first ${whenItEnds(next.daysLeft)}`;
}

/**
 * The most urgent fact about an image: its error, its first step, or an exception that ends soon. A step has no
 * installed version and no places: the issue and the report have them.
 * @param hasClears true if the number of cleared findings is shown
 */
function firstWords(row: ImageRow, hasClears: boolean): Inline {
  const [error] = row.image.running.flatMap(({ verdict }) => (verdict.answer === "error" ? [verdict.error] : []));
  if (error !== undefined) return code(error.code, 60);
  if (row.step === undefined) return row.state === "fail" ? "no fix: remove, replace or accept" : endingWords(row);
  const clears = hasClears ? `, clears${NO_BREAK}${number(row.step.clears)}` : "";
  return [terseStep(row.step, briefName), clears];
}

/** Longest package name in a cell, in UTF-16 units. */
const PACKAGE = 24;

/** A long name without its group or folder: `…log4j-core`. */
function briefName(untrusted: string): Inline {
  if (untrusted.length <= PACKAGE) return nameOf(untrusted);
  const cut = Math.max(untrusted.lastIndexOf(":"), untrusted.lastIndexOf("/")) + 1;
  const end = cut === 0 || cut === untrusted.length ? untrusted : `…${untrusted.slice(cut)}`;
  return nameOf(shorten(end, PACKAGE, "middle"));
}

/** Longest place in a cell, in UTF-16 units. */
const PLACE = 31;

/** The first place of a running image, and the number of the others: `shop/deployment/web/app +2`. */
export function placeWords(places: readonly RunsAt[], most = PLACE): Inline {
  const [first] = places;
  if (first === undefined) return "";
  const more = places.length - 1;
  const place = code(first.name === "" ? first.source : first.name, most);
  return say`${place}${more === 0 ? "" : `${NO_BREAK}+${number(more)}`}`;
}

import { type Day, daysBetween } from "../../domain/dates.ts";
import type { RunsAt } from "../../domain/history/running.ts";
import { counting, type ImageRow, type Week } from "../../domain/rows/week.ts";
import { countSeverities, type Severity, toSeverity } from "../../domain/severity.ts";
import { counted, joined, number, severityList, whenItEnds } from "../shared/phrases.ts";
import { shorten } from "../shared/safe-text.ts";
import { terseStep } from "../shared/steps.ts";
import { broken as brokenLimit, code, type Inline, name, say, strong } from "../tree.ts";
import type { IssuesShown, RescanView } from "./view.ts";

// Plain words of ours about a run over running images: the summary and the log say the same.

/** A space at which no line breaks. */
const NO_BREAK = "\u00A0";

/** The verdict to put after the run's name: `2 of 50 images could not be judged, 9 fail`. */
export function headlineWords({ gate, state }: RescanView, week: Week): string {
  const { rows, unread } = week;
  const [errors, fails] = [countState(rows, "error"), countState(rows, "fail")];
  if (gate.verdict.answer === "pass")
    return rows.length === 1 ? "the image that runs passes" : `all ${number(rows.length)} images that run pass`;
  const [first, ...others] = [
    unread.length === 0 ? "" : `${counted(unread.length, "source")} could not be read`,
    errors === 0 ? "" : `${ofAll(errors, rows)} could not be judged`,
    "notWritten" in state && state.isError ? "the history was not kept" : "",
    fails === 0
      ? ""
      : errors === 0
        ? `${ofAll(fails, rows)} ${verb(fails, "fail")}`
        : `${number(fails)} ${verb(fails, "fail")}`,
  ].filter((part) => part !== "");
  return first === undefined ? "could not be judged" : [first, ...others].join(", ");
}

function ofAll(count: number, rows: readonly ImageRow[]): string {
  return rows.length === 1 ? "the image" : `${number(count)} of ${number(rows.length)} images`;
}

function verb(count: number, plural: string): string {
  return count === 1 ? `${plural}s` : plural;
}

function countState(rows: readonly ImageRow[], state: ImageRow["state"]): number {
  return rows.filter((row) => row.state === state).length;
}

/**
 * The run in numbers: images, failing, new, fixed, overdue, gone. What somebody has to act on stands out. What was not
 * looked at never counts as 0.
 */
export function numberParts(week: Week): Inline[] {
  const { rows, gone, places } = week;
  const goneWords = gone.length === 0 ? "" : `${number(gone.length)} gone`;
  if (rows.length === 0) return [strong("No image was looked at"), goneWords];
  const overdue = rows.reduce((sum, { image }) => sum + image.overdue.length, 0);
  const [errors, fails] = [countState(rows, "error"), countState(rows, "fail")];
  const pressing = (count: number, words: string) => (count === 0 ? "" : strong(`${number(count)} ${words}`));
  return [
    `${counted(rows.length, "image")}${places > rows.length ? ` in ${number(places)} places` : ""}`,
    pressing(errors, "not judged"),
    errors === rows.length ? "" : pressing(fails, "failing") || "0 failing",
    ...changeParts(week),
    // Without deadlines in the policy, nothing can be overdue: a 0 would sound as if there were some.
    pressing(overdue, "overdue"),
    goneWords,
  ];
}

/** What is new and what is fixed. Of a first scan, nothing is. */
function changeParts(week: Week): Inline[] {
  const { rows } = week;
  const known = rows.filter(({ history, judged }) => history === "known" && judged.length > 0);
  const first = rows.filter(({ history, judged }) => history === "first" && judged.length > 0).length;
  const fresh = known.flatMap((row) => counting(row.fresh, week));
  const fixed = rows.flatMap((row) => inSight(row.fixed, week));
  const isAllFirst = first === rows.length;
  return [
    known.length === 0 ? "" : fresh.length === 0 ? "0 new" : strong(freshWords(fresh)),
    known.length === 0 ? "" : `${number(fixed.length)} fixed`,
    first === 0 ? "" : isAllFirst ? FIRST_SCAN : `${number(first)} scanned for the first time`,
    rows.some(({ history }) => history === "none") ? "what was there before is not known" : "",
  ];
}

const FIRST_SCAN = "first scan: nothing to compare with";

function freshWords(fresh: readonly { readonly severity: string }[]): string {
  const list = severityList(countSeverities(fresh, ({ severity }) => toSeverity(severity)));
  return `${number(fresh.length)} new (${list})`;
}

/** Findings of a severity that the outputs count. */
function inSight<T extends { readonly severity: string }>(findings: readonly T[], { severities }: Week): T[] {
  return findings.filter(({ severity }) => severities.includes(toSeverity(severity)));
}

/** `3 new`, `1 fixed`, or why neither is known. */
export function changeWords(row: ImageRow, week: Week): string[] {
  if (row.judged.length === 0) return ["not known"];
  if (row.history !== "known") return [row.history === "first" ? "first scan" : "not known"];
  const fresh = counting(row.fresh, week).length;
  const fixed = inSight(row.fixed, week).length;
  return [fresh === 0 ? "" : `${number(fresh)} new`, fixed === 0 ? "" : `${number(fixed)} fixed`].filter(
    (words) => words !== "",
  );
}

/** Open findings by severity, with what breaks a limit: `2 CRITICAL`. */
export function openParts(row: ImageRow, severities: readonly Severity[]): Inline[] {
  const { open, broken } = row;
  if (open === undefined) return ["?"];
  const parts = severities.flatMap((severity) => {
    const words = `${number(open[severity])}${NO_BREAK}${severity}`;
    return open[severity] === 0 ? [] : broken.has(severity) ? brokenLimit(words) : words;
  });
  return parts.length === 0 ? ["none"] : parts;
}

/** `2 overdue by 5 days`: by how much the oldest is. Empty if nothing is overdue. */
export function overdueWords({ image, due }: ImageRow, today: Day): string {
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
 * The most urgent thing about an image: its error, its first step, or an exception that ends soon. A step has no
 * installed version and no places: the issue and the report have them.
 * @param hasClears whether to say how many findings the step clears
 */
export function firstWords(row: ImageRow, hasClears = false): Inline {
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
  if (untrusted.length <= PACKAGE) return name(untrusted);
  const cut = Math.max(untrusted.lastIndexOf(":"), untrusted.lastIndexOf("/")) + 1;
  const end = cut === 0 || cut === untrusted.length ? untrusted : `…${untrusted.slice(cut)}`;
  return name(shorten(end, PACKAGE, "middle"));
}

/** Longest place in a cell, in UTF-16 units. */
const PLACE = 31;

/** The first place where an image runs, and how many others there are: `shop/deployment/web/app +2`. */
export function placeWords(places: readonly RunsAt[], most = PLACE): Inline {
  const [first] = places;
  if (first === undefined) return "";
  const more = places.length - 1;
  const place = code(first.name === "" ? first.source : first.name, most);
  return say`${place}${more === 0 ? "" : `${NO_BREAK}+${number(more)}`}`;
}

/** What was done with issues, without the names of those that were left. */
export function issueWords({ opened, reopened, updated, closed, left }: IssuesShown): string {
  const parts = [
    `${number(opened)} opened`,
    reopened === 0 ? "" : `${number(reopened)} reopened`,
    `${number(updated)} updated`,
    `${number(closed)} closed`,
    left.length === 0 ? "" : `${number(left.length)} not opened, because of max-issues`,
  ];
  return `issues: ${joined(", ", parts)}`;
}

/** How the images were scanned: `48 from their stored SBOMs, 2 read anew`. Empty if none was scanned. */
export function wayWords({ rows }: Week): string {
  const ways = rows.flatMap(({ image }) => image.running.flatMap(({ way }) => way ?? []));
  const sboms = ways.filter((way) => way === "sbom").length;
  const reports = ways.filter((way) => way === "report").length;
  const images = ways.length - sboms - reports;
  return joined(", ", [
    sboms === 0 ? "" : `${number(sboms)} scanned from ${sboms === 1 ? "its stored SBOM" : "their stored SBOMs"}`,
    images === 0 ? "" : `${number(images)} ${images === 1 ? "image" : "images"} read as a whole`,
    reports === 0 ? "" : `${number(reports)} judged by ${reports === 1 ? "Harbor's report" : "Harbor's reports"}`,
  ]);
}

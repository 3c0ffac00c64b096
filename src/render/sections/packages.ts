import type { Layer } from "../../domain/finding.ts";
import type { Origin } from "../../domain/image/base-image.ts";
import { andMore, listSome } from "../../domain/list-some.ts";
import { memoize, oncePer } from "../../domain/memoize.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { RowFix, RowFixes } from "../../domain/rows/row-fix.ts";
import { type Counts, perSeverity, SEVERITIES, type Severity, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import type { Rows } from "../markdown/fit.ts";
import { layerWords, ownerWords } from "../markdown/location.ts";
import { code, details, packageName, tableHead, tableRow, text, version } from "../markdown/markdown.ts";
import { pathsOfAlike } from "../rows/distinct-paths.ts";
import { type RowView, rowViewer } from "../rows/row-view.ts";
import { WHOLE_PATH } from "../shared/location.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import { pathEnd, shorten } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { ORIGINS } from "../shared/status.ts";
import { advisory, markWords, severityCell, widened } from "./cells.ts";

/**
 * How much a row says. `full`: links, a title, paths. `brief`: one link, no title. `bare`: no link, no path and no
 * layer; a table that is wholly folded, because it needs no action, has only the number of advisories. Up
 * to here, a row that asks for something names all of its advisories; in `least` only the worst ones. The less room
 * there is, the less the folded rows say, so that none is left out.
 */
export const DETAILS = ["full", "brief", "bare", "least"] as const;
export type Detail = (typeof DETAILS)[number];

/** What a row of this detail has. Lengths in UTF-16 units. */
interface Measures {
  /** Most advisories that are named in the row's first line, of those most that are linked, and most in its fold. */
  readonly ids: number;
  readonly links: number;
  readonly folded: number;
  /** Longest title. 0: none. */
  readonly title: number;
  /** Longest path. 0: none. */
  readonly path: number;
  /** Most packages of one source that are named. */
  readonly members: number;
}

/** Most advisories of a row that a comment names. */
const MOST_IDS = 2_000;

const FULL: Measures = { ids: 2, links: 2, folded: MOST_IDS, title: 58, path: 40, members: 2 };
const BRIEF: Measures = { ids: 2, links: 1, folded: MOST_IDS, title: 0, path: 32, members: 1 };
const LEAST: Measures = { ids: 1, links: 0, folded: 0, title: 0, path: 0, members: 0 };
const BARE: Measures = { ...LEAST, ids: MOST_IDS };
/** Rows that are open, and folded rows below those. */
const OPEN = { full: () => FULL, brief: () => FULL, bare: () => FULL, least: memoize<Measures, number>(openLeast) };
const FOLDED = {
  full: () => FULL,
  brief: () => BRIEF,
  bare: () => BARE,
  least: memoize<Measures, number>(foldedLeast),
};
/** Rows that ask for nothing. */
const TERSE: Measures = { ...LEAST, ids: 0 };
const QUIET: Readonly<Record<Detail, Measures>> = {
  full: { ...FULL, folded: 0 },
  brief: { ...BRIEF, folded: 0 },
  bare: TERSE,
  least: TERSE,
};

function openLeast(named: number): Measures {
  return { ...FULL, folded: Math.max(0, named - FULL.ids) };
}

function foldedLeast(named: number): Measures {
  return { ...LEAST, ids: named };
}

/** The same for a document that names all advisories and places. */
const ALL: Measures = { ids: 500, links: 500, folded: 0, title: 160, path: 120, members: 50 };

/** Rows that are not worth a fold: so few are open with the others. */
const FEW = 3;

/**
 * Which advisories a row names if there is no room for all: those that are worse than `severity`, and of those of
 * `severity` at most `each`. Its worst is always named.
 */
export interface Named {
  readonly severity: Severity;
  readonly each: number;
}

export interface PackagesSection {
  /** Most severe first. */
  readonly rows: readonly PackageRow[];
  /** Markdown above the table. Absent if the whole table is folded under `folded`. */
  readonly heading?: string;
  /** Rows that are open before the rest is folded. */
  readonly open: number;
  /** The summary of the folded rows, such as `5 packages within the limits (18 MEDIUM)`. */
  readonly folded: (packages: string, counts: Counts) => string;
  /** True if the fold stands open. */
  readonly unfolded?: boolean;
  /** Where the rest of the list can be read. */
  readonly elsewhere: string;
  /** Rank of the first severity; the others follow. */
  readonly rank: number;
  readonly most?: number;
  readonly share?: number;
  /** What clears a row's findings. Absent: no row says that, because they are gone. */
  readonly fixes?: RowFixes;
  /** How much folded rows say. `all`: every row names all of its advisories and places. */
  readonly detail: Detail | "all";
  /** Of `least`, which advisories a row names. Absent: only its worst. */
  readonly named?: Named | undefined;
  /** True if rows that ask for nothing may be left out, so that the others name more. */
  readonly crowded?: boolean | undefined;
}

/**
 * A table with a row for each package and place: the first rows open, the others folded, and what does not fit counted.
 */
export function packagesSection(section: PackagesSection): Rows {
  const { rows, heading } = section;
  const open = heading === undefined ? 0 : rows.length - section.open <= FEW ? rows.length : section.open;
  const { detail, named } = section;
  const { views, told, lines } = knownOf(rows);
  const openWith = (count: number) => (detail === "all" ? ALL : OPEN[detail](count));
  const foldedWith = (count: number) =>
    detail === "all" ? ALL : heading === undefined ? QUIET[detail] : FOLDED[detail](count);
  const countAt = (index: number) =>
    detail === "least" && named !== undefined ? namedCount(views(rows[index] as PackageRow), named) : 1;
  const most = detail === "least" ? Math.max(1, ...rows.map((_, index) => countAt(index))) : 1;
  const [opened, folded] = [openWith(most), foldedWith(most)];
  const fixes = folded === TERSE ? undefined : section.fixes;
  const hasPlaces = rows.some(({ findings: [{ finding, origin }] }) => placeWords(finding.layer, origin) !== "");
  const rankAt = (index: number) => severityRank((rows[index] as PackageRow).findings[0].finding.severity);
  const measuresAt = (index: number) => (index < open ? openWith : foldedWith)(countAt(index));
  const total = sum(rows.map(({ counts }) => counts));
  const placesIn = ({ path }: Measures) => hasPlaces && path > 0;
  const heads = memoize<string, Measures>((measures) => head(rows, placesIn(measures), measures.ids));
  return {
    count: rows.length,
    row: (index) => {
      const [row, measures] = [rows[index] as PackageRow, measuresAt(index)];
      const known = lines(measures);
      const shown = { ...measures, hasPlaces: placesIn(measures) };
      known[index] ??= packageRow(views(row), shown, fixes?.(row), told(row, shown));
      return known[index];
    },
    rank: (index) => section.rank + rankAt(index),
    most: section.most,
    canSayLess: section.crowded !== true || folded !== TERSE,
    share: section.share,
    layout: (shown, indexes) => {
      if (rows.length === 0) return "";
      const without = (count: number): Counts => {
        const seen = sum(indexes.slice(0, count).map((index) => (rows[index] as PackageRow).counts));
        return perSeverity((severity) => total[severity] - seen[severity]);
      };
      const rest = leftOut(rows.length - shown.length, without(shown.length), section);
      const openRows = shown.slice(0, open);
      const foldedRows = shown.slice(open);
      const table = (some: readonly string[], isOpen: boolean) =>
        some.length === 0 ? "" : [heads(isOpen ? opened : folded), ...some].join("\n");
      const below = joined("\n\n", [table(foldedRows, false), rest]);
      const summary = () => section.folded(packagesWords(rows.slice(openRows.length)), without(openRows.length));
      return joined("\n\n", [
        heading ?? "",
        table(openRows, true),
        foldedRows.length > 0 || heading === undefined ? details(summary(), below, section.unfolded) : rest,
      ]);
    },
  };
}

/** How many of a row's advisories are named. */
function namedCount({ advisories }: RowView, { severity: last, each }: Named): number {
  const worse = advisories.filter(({ severity }) => severityRank(severity) < severityRank(last)).length;
  const alike = advisories.filter(({ severity }) => severity === last).length;
  return Math.max(1, worse + Math.min(each, alike));
}

/**
 * What is known of the rows of a section. Comment and summary are written anew if they do not fit, and once more with
 * where the rest is; the rows' own texts stay the same.
 */
const knownOf = oncePer((rows: readonly PackageRow[]) => {
  const views = rowViewer();
  return { views, told: toldApart(rows, views), lines: memoize<string[], Measures>(() => []) };
});

/** `12 packages and 1 file`: a file is one with findings that are about no package, such as secrets. */
export function packagesWords(rows: readonly PackageRow[]): string {
  const others = rows.filter(({ packages }) => packages.length === 0);
  const files = new Set(others.map(({ findings: [{ finding }] }) => finding.path ?? ""));
  const packages = rows.length - others.length;
  const parts = [
    packages === 0 ? "" : counted(packages, "package"),
    files.size === 0 ? "" : counted(files.size, "file"),
  ];
  return joined(" and ", parts);
}

function leftOut(left: number, counts: Counts, { elsewhere }: PackagesSection): string {
  return left === 0 ? "" : `_${counted(left, "row")} left out here (${severityList(counts)}); ${elsewhere}._`;
}

function sum(all: readonly Counts[]): Counts {
  const counts = perSeverity(() => 0);
  for (const each of all) for (const severity of SEVERITIES) counts[severity] += each[severity];
  return counts;
}

/** Letters that the column of advisories has room for in one line, if possible: two ids and how many more there are. */
const IDS = 42;
/** Letters that both columns have room for on a pull request's page. */
const ROOM = 70;
/** Rows whose texts are measured. */
const MOST_MEASURED = 100;

/**
 * A table's head. The column of advisories has room for the ids of a row in one line, as far as long names leave it.
 */
function head(rows: readonly PackageRow[], hasPlaces: boolean, most: number): string {
  const measured = rows.slice(0, MOST_MEASURED);
  const longest = (lengths: readonly number[]) => Math.max(0, ...lengths);
  const ids = longest(measured.map(({ findings }) => idsLength(findings, most)));
  const name = longest(measured.flatMap(({ source, packages }) => unbroken(source?.name ?? packages[0]?.name ?? "")));
  const letters = Math.min(IDS, ids, Math.max(ONE_ID, ROOM - name));
  const advisories = widened("advisories", letters);
  const columns = ["severity", "package", advisories, ...(hasPlaces ? ["where"] : [])];
  return tableHead(
    columns,
    columns.map(() => "left"),
  );
}

/** Letters of the longest usual id, `GHSA-jfh8-c2jp-5v3q`. */
const ONE_ID = 19;

/** The length of the line with a row's first advisories. */
function idsLength(findings: readonly JudgedFinding[], most: number): number {
  const ids = [...new Set(findings.slice(0, Math.min(most, 3)).map(({ finding: { id } }) => id))];
  const named = ids.slice(0, idsInLine(ids, most));
  return named.join(", ").length + (findings.length > named.length ? " and 10 more".length : 0);
}

/** How many of the first ids have room in one line. A document that names all of them has no such limit. */
function idsInLine(ids: readonly string[], most: number): number {
  const [first = "", second = ""] = ids;
  return most === 2 && first.length + second.length > ROOM_FOR_TWO ? 1 : most;
}

/** Letters of two ids that have room in one line: two of CVE do, two of GHSA do not. */
const ROOM_FOR_TWO = 34;

/** The lengths of the parts of a name that a browser does not break. */
function unbroken(name: string): number[] {
  return shorten(name, 200)
    .split(/(?<=[-/])/)
    .map(({ length }) => length);
}

interface Shown extends Measures {
  /** There is a column of places. */
  readonly hasPlaces: boolean;
}

/**
 * Tells copies of one package apart whose rows would look alike: by the folders in which their paths differ. Nothing is
 * compared before the first row is made.
 */
function toldApart(
  rows: readonly PackageRow[],
  views: (row: PackageRow) => RowView,
): (row: PackageRow, shown: Shown) => string | undefined {
  let copies: ReadonlyMap<string, readonly PackageRow[]> | undefined;
  const texts = new Map<string, ReadonlyMap<RowView, string>>();
  return (row, shown) => {
    if (row.packages.length === 0 || row.findings[0].finding.path === undefined) return undefined;
    copies ??= Map.groupBy(rows, copyKey);
    const key = copyKey(row);
    const group = copies.get(key) ?? [];
    if (group.length < 2) return undefined;
    const name = `${shown.path}\0${shown.members}\0${shown.hasPlaces}\0${key}`;
    const known = texts.get(name) ?? textsFor(group.map(views), shown);
    texts.set(name, known);
    return known.get(views(row));
  };
}

function textsFor(copies: readonly RowView[], { hasPlaces, ...measures }: Shown): ReadonlyMap<RowView, string> {
  const look = (view: RowView) =>
    `${hasPlaces ? placeWords(view.layer, view.origin) : ""}\0${fileWords(view, measures, undefined)}`;
  return pathsOfAlike(copies, { look, pathOf: ({ path }) => path });
}

function copyKey({ source, packages }: PackageRow): string {
  const { name, version: installed } = source ?? packages[0] ?? { name: "", version: "" };
  return `${name}\0${installed}`;
}

function packageRow(view: RowView, measures: Shown, fix: RowFix | undefined, told: string | undefined): string {
  return tableRow([
    severityCell(view.severity),
    packageCell(view, measures, fix, told),
    advisoriesCell(view, measures),
    ...(measures.hasPlaces ? [placeWords(view.layer, view.origin) || "–"] : []),
  ]);
}

/**
 * Name, version and fix, then some of a source's packages, then the place in the layer. Without a package, the title.
 */
function packageCell(view: RowView, measures: Measures, fix: RowFix | undefined, told: string | undefined): string {
  const { about, members = [], title } = view;
  const file = fileWords(view, measures, told);
  if (about === undefined) return joined("<br>", [title === "" ? "–" : text(title, 100), file]);
  return joined("<br>", [
    `${packageName(about.name)} ${version(about.version)}`.trim(),
    fix === undefined ? "" : fixWords(fix),
    members.length === 0 || measures.members === 0
      ? ""
      : small(listSome(members, measures.members, { show: packageName })),
    file,
  ]);
}

function fixWords(fix: RowFix): string {
  if (fix.to === undefined) return text(fix.none, 60);
  const shown = fix.to.slice(0, 2).map((each) => `**${version(each)}**`);
  const more = fix.to.length > shown.length ? " or …" : "";
  const some = fix.clears === fix.of ? "" : ` for ${number(fix.clears)} of ${number(fix.of)}`;
  return `→ ${shown.join(" or ")}${more}${some}`;
}

function small(words: string): string {
  return `<sub>${words}</sub>`;
}

/**
 * The advisories, the worst first, with a dot for each change of severity; then the marks, and the worst one's title.
 */
function advisoriesCell(view: RowView, { ids, links, folded, title }: Measures): string {
  const { advisories, about, marks } = view;
  let before = view.severity;
  const show = ({ id, url, severity, isExploited }: RowView["advisories"][number], index: number) => {
    const dot = severity === before ? "" : `${SEVERITY_STYLES[severity].dot}&nbsp;`;
    before = severity;
    const fire = isExploited && advisories.length > 1 ? "🔥&nbsp;" : "";
    return dot + fire + (index < links ? advisory(id, url) : PLAIN_ID.test(id) ? id : code(id, 60));
  };
  const first = idsInLine(
    advisories.map(({ id }) => id),
    ids,
  );
  const rest = advisories.slice(first);
  const hasFold = folded > 0 && rest.length > 0;
  const list =
    ids === 0
      ? number(advisories.length)
      : listSome(hasFold ? advisories.slice(0, first) : advisories, first, { show });
  const words = about === undefined || title === 0 ? "" : titleWords(view.title, title);
  const line = joined("<br>", [[list, ...marks.map(markWords)].join(" · "), words === "" ? "" : small(words)]);
  return hasFold
    ? line +
        restFold(
          rest.slice(0, folded).map((each) => show(each, links)),
          rest.length,
        )
    : line;
}

/** The advisories that the row's first line has no room for, two in a line. A fold begins a line of its own. */
function restFold(shown: readonly string[], count: number): string {
  const lines = shown.map((each, at) => each + (at === shown.length - 1 ? "" : at % 2 === 1 ? ",<br>" : ", ")).join("");
  return `<details><summary>${andMore(count)}</summary>${[lines, andMore(count - shown.length)].join(" ").trimEnd()}</details>`;
}

/** Ids that need no code span: it would take the room of every eighth id. */
const PLAIN_ID = /^(?:CVE-\d{4}-\d{4,9}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/;

/** A title without the component's name at its front, such as `openssl: `: another cell has the package. */
function titleWords(title: string, most: number): string {
  const bare = shorten(title, 1_000).replace(/^[\w.+@/:-]{1,80}: +(?=\S)/, "");
  return text(shortenAtWord(bare, most), most);
}

/** Cuts after a whole word if there is one near the end. */
function shortenAtWord(words: string, most: number): string {
  if (words.length <= most) return words;
  const cut = shorten(words, most);
  const end = cut.lastIndexOf(" ");
  return end > most / 2 ? `${cut.slice(0, end)}…` : cut;
}

/** The layer's number, or whose the finding is if that is not known. Empty if neither is. */
function placeWords(layer: Layer | undefined, origin: Origin | undefined): string {
  if (layer?.number !== undefined) return `layer&nbsp;${layer.number}`;
  return layerWords(layer) || (origin === undefined ? "" : ORIGINS[origin]);
}

/** Files that only name a package: the package's own name and its layer say enough. */
const NAMES_PACKAGE = /(?:^|\/)(?:METADATA|PKG-INFO|package\.json|[^/]+\.gemspec|[^/]+\.egg-info)$/;

/** Longest path beside its owner. */
const BESIDE_OWNER = 28;

/**
 * The package that ships the file, and the file or how many. Empty if there is none, or if its name would say nothing.
 */
function fileWords({ places, layer, owner }: RowView, measures: Measures, told: string | undefined): string {
  const { path: most, members } = measures;
  const [first = ""] = places;
  const isSaid = layer !== undefined && members !== ALL.members && NAMES_PACKAGE.test(first);
  // The owner's name already says where; the file's own name says what.
  const room = owner === undefined || members === ALL.members ? most : Math.min(most, BESIDE_OWNER);
  const isNamed = told !== undefined || (places.length > 0 && most > 0 && !isSaid);
  const show = (place: string) => (told === undefined ? code(pathEnd(place, room), room) : code(told, WHOLE_PATH));
  const many = places.length > 1 ? `${number(places.length)} places` : "";
  const files = isNamed ? listSome(places, 1, { show }) : many;
  const shipped = owner === undefined ? "" : `in ${ownerWords(owner)}`;
  const words = joined(": ", [shipped, files]);
  return words === "" ? "" : small(words);
}

import type { Layer } from "../../domain/finding.ts";
import type { Origin } from "../../domain/image/base-image.ts";
import { andMore, listSome } from "../../domain/list-some.ts";
import { memoize } from "../../domain/memoize.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { RowFix, RowFixes } from "../../domain/rows/row-fix.ts";
import { type Counts, perSeverity, SEVERITIES, severityRank } from "../../domain/severity.ts";
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

/** What a row has. Lengths in UTF-16 units. */
export interface RowForm {
  /** Most advisories that are named in the row's first line, of those most that are linked, and most in its fold. */
  readonly ids: number;
  readonly links: number;
  readonly folded: number;
  /** Longest title. */
  readonly title: number;
  /** Longest path. */
  readonly path: number;
  /** Most packages of one source that are named. */
  readonly members: number;
}

/** A row of a comment. */
export const SHORT: RowForm = { ids: 2, links: 2, folded: 100, title: 58, path: 40, members: 2 };
/** A row of a document with room for all advisories and places. */
export const LONG: RowForm = { ids: 500, links: 500, folded: 0, title: 160, path: 120, members: 50 };

/** Rows that are not worth a fold: so few are open with the others. */
const FEW = 3;

export interface PackagesSection {
  /** Most severe first. */
  readonly rows: readonly PackageRow[];
  /** Markdown above the table. Absent if the whole table is folded under `folded`, because it asks for nothing. */
  readonly heading?: string;
  /** Rows that are open before the rest is folded. */
  readonly open: number;
  /** The summary of the folded rows, such as `5 packages within the limits (18 MEDIUM)`. */
  readonly folded: (packages: string, counts: Counts) => string;
  /** True if the fold stands open. */
  readonly unfolded?: boolean | undefined;
  /** Where the rest of the list can be read. */
  readonly elsewhere: string;
  /** Rank of the first severity; the others follow. */
  readonly rank: number;
  readonly most?: number;
  readonly share?: number;
  /** What clears a row's findings. Absent: no row says that, because they are gone. */
  readonly fixes?: RowFixes;
  readonly form: RowForm;
}

/**
 * A table with a row for each package and place: the first rows open, the others folded, and what does not fit counted.
 */
export function packagesSection(section: PackagesSection): Rows {
  const { rows, heading, fixes, most, share } = section;
  const open = heading === undefined ? 0 : rows.length - section.open <= FEW ? rows.length : section.open;
  const form = heading === undefined ? { ...section.form, folded: 0 } : section.form;
  const views = rowViewer();
  const hasPlaces = rows.some(({ findings: [{ finding, origin }] }) => placeWords(finding.layer, origin) !== "");
  const told = toldApart(rows, views, form, hasPlaces);
  const total = sum(rows.map(({ counts }) => counts));
  const without = (count: number): Counts => {
    const seen = sum(rows.slice(0, count).map(({ counts }) => counts));
    return perSeverity((severity) => total[severity] - seen[severity]);
  };
  return {
    count: rows.length,
    row: (index) => {
      const row = rows[index] as PackageRow;
      return packageRow(views(row), { ...form, hasPlaces }, fixes?.(row), told(row));
    },
    rank: (index) => section.rank + severityRank((rows[index] as PackageRow).findings[0].finding.severity),
    most,
    share,
    isShort: heading !== undefined && rows.some(({ findings }) => isCut(findings, form)),
    layout: (shown) => {
      if (rows.length === 0) return "";
      const rest = leftOut(rows.length - shown.length, without(shown.length), section);
      const openRows = shown.slice(0, open);
      const foldedRows = shown.slice(open);
      const table = (some: readonly string[]) =>
        some.length === 0 ? "" : [head(rows, hasPlaces, form.ids), ...some].join("\n");
      const below = joined("\n\n", [table(foldedRows), rest]);
      const summary = () => section.folded(packagesWords(rows.slice(openRows.length)), without(openRows.length));
      return joined("\n\n", [
        heading ?? "",
        table(openRows),
        foldedRows.length > 0 || heading === undefined ? details(summary(), below, section.unfolded) : rest,
      ]);
    },
  };
}

/** Whether a row has more advisories than it names. */
function isCut(findings: PackageRow["findings"], { ids, folded }: RowForm): boolean {
  const most = ids + folded;
  return findings.length > most && new Set(findings.map(({ finding: { id } }) => id)).size > most;
}

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

/** Letters of two ids that have room in one line: two of CVE do, one of GHSA and another do not. */
const ROOM_FOR_TWO = 30;

/** The lengths of the parts of a name that a browser does not break. */
function unbroken(name: string): number[] {
  return shorten(name, 200)
    .split(/(?<=[-/])/)
    .map(({ length }) => length);
}

interface Shown extends RowForm {
  /** There is a column of places. */
  readonly hasPlaces: boolean;
}

/** Tells copies of one package apart whose rows would look alike: by the folders in which their paths differ. */
function toldApart(
  rows: readonly PackageRow[],
  views: (row: PackageRow) => RowView,
  form: RowForm,
  hasPlaces: boolean,
): (row: PackageRow) => string | undefined {
  const hasPath = ({ packages, findings: [{ finding }] }: PackageRow) =>
    packages.length > 0 && finding.path !== undefined;
  const copies = Map.groupBy(rows.filter(hasPath), copyKey);
  const look = (view: RowView) =>
    `${hasPlaces ? placeWords(view.layer, view.origin) : ""}\0${fileWords(view, form, undefined)}`;
  const texts = memoize((key: string) =>
    pathsOfAlike((copies.get(key) ?? []).map(views), { look, pathOf: ({ path }) => path }),
  );
  return (row) => (hasPath(row) ? texts(copyKey(row)).get(views(row)) : undefined);
}

function copyKey({ source, packages }: PackageRow): string {
  const { name, version: installed } = source ?? packages[0] ?? { name: "", version: "" };
  return `${name}\0${installed}`;
}

function packageRow(view: RowView, form: Shown, fix: RowFix | undefined, told: string | undefined): string {
  return tableRow([
    severityCell(view.severity),
    packageCell(view, form, fix, told),
    advisoriesCell(view, form),
    ...(form.hasPlaces ? [placeWords(view.layer, view.origin) || "–"] : []),
  ]);
}

/**
 * Name, version and fix, then some of a source's packages, then the place in the layer. Without a package, the title.
 */
function packageCell(view: RowView, form: RowForm, fix: RowFix | undefined, told: string | undefined): string {
  const { about, members = [], title } = view;
  const file = fileWords(view, form, told);
  if (about === undefined) return joined("<br>", [title === "" ? "–" : text(title, 100), file]);
  return joined("<br>", [
    `${packageName(about.name)} ${version(about.version)}`.trim(),
    fix === undefined ? "" : fixWords(fix),
    members.length === 0 ? "" : small(listSome(members, form.members, { show: packageName })),
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
function advisoriesCell(view: RowView, { ids, links, folded, title }: RowForm): string {
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
  const list = listSome(hasFold ? advisories.slice(0, first) : advisories, first, { show });
  const words = about === undefined ? "" : titleWords(view.title, title);
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
function fileWords({ places, layer, owner }: RowView, form: RowForm, told: string | undefined): string {
  const { path: most, members } = form;
  const [first = ""] = places;
  const isSaid = layer !== undefined && members !== LONG.members && NAMES_PACKAGE.test(first);
  // The owner's name already says where; the file's own name says what.
  const room = owner === undefined || members === LONG.members ? most : Math.min(most, BESIDE_OWNER);
  const isNamed = told !== undefined || (places.length > 0 && !isSaid);
  const show = (place: string) => (told === undefined ? code(pathEnd(place, room), room) : code(told, WHOLE_PATH));
  const many = places.length > 1 ? `${number(places.length)} places` : "";
  const files = isNamed ? listSome(places, 1, { show }) : many;
  const shipped = owner === undefined ? "" : `in ${ownerWords(owner)}`;
  const words = joined(": ", [shipped, files]);
  return words === "" ? "" : small(words);
}

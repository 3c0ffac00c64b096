import type { Layer } from "../../domain/finding.ts";
import type { Origin } from "../../domain/image/base-image.ts";
import { andMore } from "../../domain/list-some.ts";
import { memoize } from "../../domain/memoize.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { RowFix, RowFixes } from "../../domain/rows/row-fix.ts";
import { perSeverity, SEVERITIES, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { MOST } from "../fit.ts";
import { pathsOfAlike } from "../rows/distinct-paths.ts";
import type { Mark } from "../rows/row-marks.ts";
import { type RowView, rowViewer } from "../rows/row-view.ts";
import { advisory } from "../shared/advisory-page.ts";
import { layerWords, ownerWords, WHOLE_PATH } from "../shared/location.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import { pathEnd, shorten } from "../shared/safe-text.ts";
import { ORIGINS } from "../shared/status.ts";
import {
  type Block,
  BREAK,
  type Column,
  code,
  dot,
  fold,
  heading as headingOf,
  type Inline,
  isEmpty,
  join,
  leftOut,
  more,
  name,
  para,
  prose,
  type Row,
  type Rows,
  rowsOf,
  say,
  severity,
  small,
  some,
  strong,
  table,
  version,
} from "../tree.ts";
import { type Form, LONG } from "./form.ts";

/** Rows that are not worth a fold: so few are open with the others. */
const FEW = 3;

export interface PackagesSection {
  /** Most severe first. */
  readonly rows: readonly PackageRow[];
  /** Words above the table. Absent if the whole table is folded under `folded`, because it asks for nothing. */
  readonly heading?: string | undefined;
  /** Rows that are open before the rest is folded, if other than the form says. */
  readonly open?: number;
  /** The summary of the folded rows, such as `5 packages within the limits (18 MEDIUM)`. */
  readonly folded: (packages: string, severities: string) => string;
  /** Where the rest of the list can be read. */
  readonly elsewhere: Inline;
  /** Rank of the first severity; the others follow. */
  readonly rank: number;
  readonly share?: number;
  /** What clears a row's findings. Absent: no row says that, because they are gone. */
  readonly fixes?: RowFixes;
  readonly form: Form;
}

/**
 * A table with a row for each package and place: the first rows open, the others folded, and what does not fit counted.
 */
export function packagesSection(section: PackagesSection): Rows {
  const { rows, heading, fixes, share, open: most = section.form.open } = section;
  const open = heading === undefined ? 0 : rows.length - most <= FEW ? rows.length : most;
  const { form } = section;
  const views = rowViewer();
  const hasPlaces = rows.some(({ findings: [{ finding, origin }] }) => !isEmpty(placeWords(finding.layer, origin)));
  const told = toldApart(form.unfolded ? rows : rows.slice(0, MOST), views, form, hasPlaces);
  return rowsOf(rows, {
    row: (row) => packageRow(views(row), { ...form, hasPlaces }, fixes?.(row), told(row)),
    rank: ({ findings: [{ finding }] }) => section.rank + severityRank(finding.severity),
    share,
    isShort: rows.some(({ findings }) => isCut(findings, form)),
    layout: (cells, left, shown) => {
      const columns = head(rows, hasPlaces, form.ids);
      const without = (indexes: readonly number[]) => {
        const those = new Set(indexes);
        return rows.filter((_, index) => !those.has(index));
      };
      const words = say`left out here (${left === 0 ? "" : severitiesOf(without(shown))}); ${section.elsewhere}`;
      const rest = para(leftOut(left, "row", words));
      const summary = () => {
        const folded = without(shown.slice(0, open));
        return section.folded(packagesWords(folded), severitiesOf(folded));
      };
      const below: Block[] =
        cells.length > open || heading === undefined
          ? [fold(summary(), [table(columns, cells.slice(open)), rest], form.unfolded)]
          : [rest];
      return [
        ...(heading === undefined ? [] : [headingOf(3, heading)]),
        table(columns, cells.slice(0, open)),
        ...below,
      ];
    },
  });
}

/** Whether a row has more advisories than it names. */
function isCut(findings: PackageRow["findings"], { ids, folded }: Form): boolean {
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

/** `2 CRITICAL, 5 HIGH`: the findings of these rows. */
function severitiesOf(rows: readonly PackageRow[]): string {
  const counts = perSeverity(() => 0);
  for (const row of rows) for (const severity of SEVERITIES) counts[severity] += row.counts[severity];
  return severityList(counts);
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
function head(rows: readonly PackageRow[], hasPlaces: boolean, most: number): (string | Column)[] {
  const measured = rows.slice(0, MOST_MEASURED);
  const longest = (lengths: readonly number[]) => Math.max(0, ...lengths);
  const ids = longest(measured.map(({ findings }) => idsLength(findings, most)));
  const longestName = longest(
    measured.flatMap(({ source, packages }) => unbroken(source?.name ?? packages[0]?.name ?? "")),
  );
  const letters = Math.min(IDS, ids, Math.max(ONE_ID, ROOM - longestName));
  return ["severity", "package", { words: "advisories", letters }, ...(hasPlaces ? ["where"] : [])];
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

interface Shown extends Form {
  /** There is a column of places. */
  readonly hasPlaces: boolean;
}

/** Tells copies of one package apart whose rows would look alike: by the folders in which their paths differ. */
function toldApart(
  rows: readonly PackageRow[],
  views: (row: PackageRow) => RowView,
  form: Form,
  hasPlaces: boolean,
): (row: PackageRow) => string | undefined {
  const hasPath = ({ packages, findings: [{ finding }] }: PackageRow) =>
    packages.length > 0 && finding.path !== undefined;
  const copies = Map.groupBy(rows.filter(hasPath), copyKey);
  const look = (view: RowView) =>
    JSON.stringify([hasPlaces ? placeWords(view.layer, view.origin) : "", fileWords(view, form, undefined)]);
  const texts = memoize((key: string) =>
    pathsOfAlike((copies.get(key) ?? []).map(views), { look, pathOf: ({ path }) => path }),
  );
  return (row) => (hasPath(row) ? texts(copyKey(row)).get(views(row)) : undefined);
}

function copyKey({ source, packages }: PackageRow): string {
  const { name, version: installed } = source ?? packages[0] ?? { name: "", version: "" };
  return `${name}\0${installed}`;
}

function packageRow(view: RowView, form: Shown, fix: RowFix | undefined, told: string | undefined): Row {
  const place = placeWords(view.layer, view.origin);
  return [
    severity(view.severity),
    packageCell(view, form, fix, told),
    advisoriesCell(view, form),
    ...(form.hasPlaces ? [isEmpty(place) ? "–" : place] : []),
  ];
}

/**
 * Name, version and fix, then some of a source's packages, then the place in the layer. Without a package, the title.
 */
function packageCell(view: RowView, form: Form, fix: RowFix | undefined, told: string | undefined): Inline {
  const { about, members = [], title } = view;
  const file = fileWords(view, form, told);
  if (about === undefined) return join(BREAK, [title === "" ? "–" : prose(title, 100), file]);
  return join(BREAK, [
    join(" ", [name(about.name), about.version === "" ? "" : version(about.version)]),
    fix === undefined ? "" : fixWords(fix),
    members.length === 0 ? "" : small(some(members, form.members, { show: (each) => name(each) })),
    file,
  ]);
}

function fixWords(fix: RowFix): Inline {
  if (fix.to === undefined) return prose(fix.none, 60);
  const shown = fix.to.slice(0, 2).map((each) => strong(version(each)));
  const rest = fix.to.length > shown.length ? " or …" : "";
  const of = fix.clears === fix.of ? "" : ` for ${number(fix.clears)} of ${number(fix.of)}`;
  return say`→ ${join(" or ", shown)}${rest}${of}`;
}

/** A mark with what it stresses. */
function markWords({ words, about }: Mark): Inline {
  if (about === "new") return strong(words);
  return about === "exploited" ? ["🔥 ", prose(words)] : prose(words);
}

/**
 * The advisories, the worst first, with a dot for each change of severity; then the marks, and the worst one's title.
 */
function advisoriesCell(view: RowView, { ids, folded, title }: Form): Inline {
  const { advisories, about, marks } = view;
  let before = view.severity;
  const show = ({ id, url, severity: of, isExploited }: RowView["advisories"][number], isLinked: boolean): Inline => {
    const colour = of === before ? "" : dot(of);
    before = of;
    const fire = isExploited && advisories.length > 1 ? "🔥\u{A0}" : "";
    const shown = isLinked ? advisory(id, url) : PLAIN_ID.test(id) ? id : code(id, 60);
    return colour === "" && fire === "" ? shown : [colour, fire, shown];
  };
  const first = idsInLine(
    advisories.map(({ id }) => id),
    ids,
  );
  const rest = advisories.slice(first);
  const hasFold = folded > 0 && rest.length > 0;
  const ofRow = some(hasFold ? advisories.slice(0, first) : advisories, first, { show: (each) => show(each, true) });
  const words = about === undefined ? "" : titleWords(view.title, title);
  const line = join(BREAK, [join(" · ", [ofRow, ...marks.map(markWords)]), small(words)]);
  if (!hasFold) return line;
  const shown = rest.slice(0, folded).map((each) => show(each, false));
  return [line, restFold(shown, rest.length)];
}

/** The advisories that the row's first line has no room for, two in a line. A fold begins a line of its own. */
function restFold(shown: readonly Inline[], count: number): Inline {
  const lines = shown.flatMap((_, at): Inline[] => {
    const two = shown.slice(at, at + 2);
    // Plain ids as one text: a printer looks at each of thousands.
    return at % 2 === 1 ? [] : [two.every((each) => typeof each === "string") ? two.join(", ") : join(", ", two)];
  });
  return more(andMore(count), join(" ", [join([",", BREAK], lines), andMore(count - shown.length)]));
}

/** Ids that need no code span: it would take the room of every eighth id. */
const PLAIN_ID = /^(?:CVE-\d{4}-\d{4,9}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/;

/** A title without the component's name at its front, such as `openssl: `: another cell has the package. */
function titleWords(title: string, most: number): Inline {
  const bare = shorten(title, 1_000).replace(/^[\w.+@/:-]{1,80}: +(?=\S)/, "");
  return bare === "" ? "" : prose(shortenAtWord(bare, most), most);
}

/** Cuts after a whole word if there is one near the end. */
function shortenAtWord(words: string, most: number): string {
  if (words.length <= most) return words;
  const cut = shorten(words, most);
  const end = cut.lastIndexOf(" ");
  return end > most / 2 ? `${cut.slice(0, end)}…` : cut;
}

/** The layer's number, or whose the finding is if that is not known. Empty if neither is. */
function placeWords(layer: Layer | undefined, origin: Origin | undefined): Inline {
  if (layer?.number !== undefined) return `layer\u{A0}${layer.number}`;
  const words = layerWords(layer);
  return isEmpty(words) && origin !== undefined ? ORIGINS[origin] : words;
}

/** Files that only name a package: the package's own name and its layer say enough. */
const NAMES_PACKAGE = /(?:^|\/)(?:METADATA|PKG-INFO|package\.json|[^/]+\.gemspec|[^/]+\.egg-info)$/;

/** Longest path beside its owner. */
const BESIDE_OWNER = 28;

/**
 * The package that ships the file, and the file or how many. Empty if there is none, or if its name would say nothing.
 */
function fileWords({ places, layer, owner }: RowView, form: Form, told: string | undefined): Inline {
  const { path: most, members } = form;
  const [first = ""] = places;
  const isSaid = layer !== undefined && members !== LONG.members && NAMES_PACKAGE.test(first);
  // The owner's name already says where; the file's own name says what.
  const room = owner === undefined || members === LONG.members ? most : Math.min(most, BESIDE_OWNER);
  const isNamed = told !== undefined || (places.length > 0 && !isSaid);
  const show = (place: string) => (told === undefined ? code(pathEnd(place, room), room) : code(told, WHOLE_PATH));
  const many = places.length > 1 ? `${number(places.length)} places` : "";
  const files = isNamed ? some(places, 1, { show }) : many;
  const shipped = owner === undefined ? "" : say`in ${ownerWords(owner)}`;
  return small(join(": ", [shipped, files]));
}

import { andMore } from "../../domain/list-some.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { RowFix, RowFixes } from "../../domain/rows/row-fix.ts";
import { perSeverity, SEVERITIES, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { type Mark, rowMarks } from "../rows/row-marks.ts";
import { advisory } from "../shared/advisory-page.ts";
import { layerWords, ownerWords, placed, WHOLE_PATH } from "../shared/location.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import { pathEnd, shorten } from "../shared/safe-text.ts";
import { ORIGINS } from "../shared/status.ts";
import {
  BREAK,
  code,
  dot,
  type Inline,
  isEmpty,
  join,
  listed,
  more,
  name,
  prose,
  type Rows,
  say,
  severity,
  small,
  some,
  strong,
  version,
} from "../tree.ts";
import type { Form } from "./form.ts";

export interface PackagesSection {
  /** Most severe first. */
  readonly rows: readonly PackageRow[];
  /**
   * Words above the table, to which its size is added. Absent: the whole table is folded, as it calls for no action.
   */
  readonly title?: string;
  /** Rows that are open before the rest is folded, if they differ from the form. */
  readonly open?: number;
  /** Words for a table that is folded as a whole: `open within the limits`. */
  readonly folded?: string;
  /** Rank of the first severity; the others follow. */
  readonly rank: number;
  readonly share?: number;
  /** The upgrades that clear a row's findings. Absent: no row says that, because they are gone. */
  readonly fixes?: RowFixes;
  readonly form: Form;
}

/** A table with a row for each package and place: the first rows open, the others folded, and the rest counted. */
export function packagesSection(section: PackagesSection): Rows {
  const { rows, title, fixes, form, open = form.open } = section;
  const hasPlaces = rows.some((row) => !isEmpty(placeWords(row)));
  const copies = Map.groupBy(rows, copyKey);
  const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
  return listed(rows, {
    title: title && `${title}: ${counted(findings, "finding")} in ${packagesWords(rows)}`,
    head: ["severity", "package", { words: "advisories", letters: ONE_ID }, ...(hasPlaces ? ["where"] : [])],
    row: (row) => {
      const isCopy = row.packages.length > 0 && (copies.get(copyKey(row)) ?? []).length > 1;
      const place = placeWords(row);
      return [
        severity(row.findings[0].finding.severity),
        packageCell(row, form, fixes?.(row), isCopy),
        advisoriesCell(row, form),
        ...(hasPlaces ? [isEmpty(place) ? "–" : place] : []),
      ];
    },
    rank: ({ findings: [{ finding }] }) => section.rank + severityRank(finding.severity),
    share: section.share,
    isShort: rows.some(({ findings }) => isCut(findings, form)),
    what: "row",
    where: (left) => `left out here (${severitiesOf(left)})`,
    open: title === undefined ? 0 : open,
    folded: (rest) =>
      title === undefined
        ? `${severitiesOf(rest)} ${section.folded}, in ${packagesWords(rest)}`
        : `And ${packagesWords(rest)}: ${severitiesOf(rest)}`,
    isUnfolded: form.unfolded,
  });
}

/** True if a row has more advisories than it names. */
function isCut(findings: PackageRow["findings"], { ids, folded }: Form): boolean {
  const most = ids + folded;
  return findings.length > most && new Set(findings.map(({ finding: { id } }) => id)).size > most;
}

/** `12 packages and 1 file`: a file counts if its findings are about no package, such as secrets. */
function packagesWords(rows: readonly PackageRow[]): string {
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

/** Letters of the longest usual id, `GHSA-jfh8-c2jp-5v3q`: a browser would break it at each hyphen. */
const ONE_ID = 19;

function copyKey({ source, packages }: PackageRow): string {
  const { name, version: installed } = source ?? packages[0] ?? { name: "", version: "" };
  return `${name}\0${installed}`;
}

/**
 * Name, version and fix, then some of a source's packages, then the place in the layer. Without a package, the title.
 */
function packageCell(row: PackageRow, form: Form, fix: RowFix | undefined, isCopy: boolean): Inline {
  const { source, packages, findings } = row;
  const { title } = findings[0].finding;
  const about = source ?? packages[0];
  const file = fileWords(row, form, isCopy);
  if (about === undefined) return join(BREAK, [title === "" ? "–" : prose(title, 100), file]);
  return join(BREAK, [
    join(" ", [name(about.name), about.version === "" ? "" : version(about.version)]),
    fix === undefined ? "" : fixWords(fix),
    source === undefined ? "" : small(some(packages, form.members, { show: (each) => name(each.name) })),
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

/** A mark with its emphasis. */
function markWords({ words, about }: Mark): Inline {
  if (about === "new") return strong(words);
  return about === "exploited" ? ["🔥 ", prose(words)] : prose(words);
}

/**
 * The advisories, the worst first, with a dot for each change of severity; then the marks, and the worst one's title.
 */
function advisoriesCell({ packages, findings }: PackageRow, { ids, folded, title }: Form): Inline {
  const worst = findings[0].finding;
  const advisories = [
    ...new Map(findings.toReversed().map((judged) => [judged.finding.id, judged])).values(),
  ].reverse();
  let before = worst.severity;
  const show = ({ finding: { id, url, severity: of }, exploitation }: JudgedFinding, isLinked: boolean): Inline => {
    const colour = of === before ? "" : dot(of);
    before = of;
    const fire = exploitation?.kev !== undefined && advisories.length > 1 ? "🔥\u{A0}" : "";
    const shown = isLinked ? advisory(id, url) : PLAIN_ID.test(id) ? id : code(id, 60);
    return colour === "" && fire === "" ? shown : [colour, fire, shown];
  };
  const rest = advisories.slice(ids);
  const hasFold = folded > 0 && rest.length > 0;
  const between: Inline = folded > 0 ? [",", BREAK] : ", ";
  const first = advisories.slice(0, ids).map((each) => show(each, true));
  const ofRow = join(" ", [join(between, first), hasFold ? "" : andMore(rest.length)]);
  const words = packages.length === 0 ? "" : titleWords(worst.title, title);
  const line = join(BREAK, [join(" · ", [ofRow, ...rowMarks(findings).map(markWords)]), small(words)]);
  if (!hasFold) return line;
  const shown = rest.slice(0, folded).map((each) => show(each, false));
  // Plain ids as one text, since a printer looks at each of thousands.
  const list = shown.every((each) => typeof each === "string") ? shown.join(", ") : join(", ", shown);
  return [line, more(andMore(rest.length), join(" ", [list, andMore(rest.length - shown.length)]))];
}

/** Ids that need no code span, which would take the room of every eighth id. */
const PLAIN_ID = /^(?:CVE-\d{4}-\d{4,9}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/;

/** A title without the component's name at its front, such as `openssl: `: another cell has the package. */
function titleWords(title: string, most: number): Inline {
  const bare = shorten(title, 1_000).replace(/^[\w.+@/:-]{1,80}: +(?=\S)/, "");
  return bare === "" ? "" : prose(bare, most);
}

/** The layer's number, or the finding's origin if that is not known. Empty if neither is. */
function placeWords({ findings: [{ finding, origin }] }: PackageRow): Inline {
  const { layer } = finding;
  if (layer?.number !== undefined) return `layer\u{A0}${layer.number}`;
  const words = layerWords(layer);
  return isEmpty(words) && origin !== undefined ? ORIGINS[origin] : words;
}

/** Files that only name a package: the package's own name and its layer say enough. */
const NAMES_PACKAGE = /(?:^|\/)(?:METADATA|PKG-INFO|package\.json|[^/]+\.gemspec|[^/]+\.egg-info)$/;

/** Longest path next to its owner. */
const BESIDE_OWNER = 28;

/**
 * The package that ships the file, and the file or the number of files. Empty if there is none, or if its name would
 * add nothing.
 * @param isCopy another row is about the same package and version: only the whole path distinguishes them
 */
function fileWords({ findings }: PackageRow, { path: most, unfolded }: Form, isCopy: boolean): Inline {
  const { layer, owner } = findings[0].finding;
  const places = [
    ...new Set(findings.flatMap(({ finding: { path, line } }) => (path === undefined ? [] : placed(path, line)))),
  ];
  const isSaid = !isCopy && !unfolded && layer !== undefined && NAMES_PACKAGE.test(places[0] ?? "");
  // The owner's name already gives the place; the file's own name is enough.
  const room = owner === undefined || unfolded ? most : Math.min(most, BESIDE_OWNER);
  const show = (place: string) => (isCopy ? code(place, WHOLE_PATH) : code(pathEnd(place, room), room));
  const shipped = owner === undefined ? "" : say`in ${ownerWords(owner)}`;
  const many = places.length > 1 ? `${number(places.length)} places` : "";
  return small(join(": ", [shipped, isSaid ? many : some(places, 1, { show })]));
}

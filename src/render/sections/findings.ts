import type { Finding, FindingPackage, Layer } from "../../domain/finding.ts";
import type { Origin } from "../../domain/image/base-image.ts";
import { memoize } from "../../domain/memoize.ts";
import { statusWords } from "../../domain/rows/vendor-status.ts";
import { type Counts, countSeverities, perSeverity, type Severity, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import type { Rows } from "../markdown/fit.ts";
import { layerWords, whereCell } from "../markdown/location.ts";
import { details, packageName, tableHead, tableRow, text, version } from "../markdown/markdown.ts";
import { pathsOfAlike } from "../rows/distinct-paths.ts";
import { type Mark, rowMarks } from "../rows/row-marks.ts";
import { PATH, placed } from "../shared/location.ts";
import { counted, joined, severityList } from "../shared/phrases.ts";
import { ORIGINS } from "../shared/status.ts";
import { advisory, markWords, severityCell } from "./cells.ts";

const COLUMNS = ["severity", "advisory", "package", "fixed in", "where"];

/** Makes the cells of one table. Findings share packages, versions and layers, so each is rendered once. */
function cellsOf(unabridged: boolean) {
  const packageWords = memoize(
    ({ name, version: installed }: FindingPackage) => `${packageName(name)} ${version(installed)}`,
  );
  const versionWords = memoize(version);
  const unfixedWords = memoize((status: string) => text(statusWords(status), 60));
  const advisories = new Map<string, { readonly url: string | undefined; readonly cell: string }>();
  const layer = memoize((one: Layer) => layerWords(one, unabridged));
  return {
    /** The package with its version, or the title of a finding that is about no package. */
    about({ package: found, title }: Finding): string {
      if (found === undefined) return title === "" ? "–" : text(title, unabridged ? 600 : 100);
      return packageWords(found).trim();
    },
    fixed({ kind, fixedVersions, status }: Finding): string {
      if (kind !== "vulnerability") return "–";
      const fixed = fixedVersions.slice(0, unabridged ? fixedVersions.length : 3).map(versionWords);
      if (fixed.length === 0) return unfixedWords(status);
      return fixed.join(", ") + (fixedVersions.length > fixed.length ? ", …" : "");
    },
    advisory({ id, url }: Finding): string {
      const known = advisories.get(id);
      if (known !== undefined && known.url === url) return known.cell;
      const cell = advisory(id, url);
      advisories.set(id, { url, cell });
      return cell;
    },
    where: (finding: Finding, told: string | undefined) => whereCell(finding, unabridged, layer, told),
  };
}

/** What was decided about a finding stands below its severity, what is known of it below its advisory. */
const BELOW_SEVERITY: readonly Mark["about"][] = ["ended", "grace"];

/** @param isDecided which of the marks: what was decided, or what is known */
function below(marks: readonly Mark[], isDecided: boolean): string {
  let lines = "";
  for (const mark of marks) if (BELOW_SEVERITY.includes(mark.about) === isDecided) lines += `<br>${markWords(mark)}`;
  return lines;
}

/** One finding as a table row. */
function findingRow(judged: JudgedFinding, cells: ReturnType<typeof cellsOf>, told: string | undefined): string {
  const { finding } = judged;
  const marks = rowMarks([judged]);
  return tableRow([
    severityCell(finding.severity) + below(marks, true),
    cells.advisory(finding) + below(marks, false),
    cells.about(finding),
    cells.fixed(finding),
    withOrigin(judged.origin, cells.where(finding, told)),
  ]);
}

/** Tells rows apart whose paths are cut to the same end. Nothing is compared before the first row is made. */
function toldApart(findings: readonly JudgedFinding[]): (finding: Finding) => string | undefined {
  const isCut = ({ path, line }: Finding) => path !== undefined && placed(path, line).length > PATH;
  const look = ({ id, package: about }: Finding) => `${id}\0${about?.name}\0${about?.version}`;
  let known: ReadonlyMap<Finding, string> | undefined;
  return (finding) => {
    if (!isCut(finding)) return undefined;
    known ??= pathsOfAlike(
      findings.flatMap((each) => (isCut(each.finding) ? [each.finding] : [])),
      { look, pathOf: ({ path }) => path, most: PATH },
    );
    return known.get(finding);
  };
}

export interface FindingsSection {
  /** Most severe first. */
  readonly findings: readonly JudgedFinding[];
  /** Markdown above the table. Absent if the whole table is folded under `folded`. */
  readonly heading?: string;
  /** Rows that are open before the rest is folded. */
  readonly open: number;
  /** The summary of the folded rows: `18 MEDIUM open within the limits`. */
  readonly folded: (counts: Counts) => string;
  /** Where the rest of the list can be read. */
  readonly elsewhere: string;
  /** Rank of the first severity; the others follow. */
  readonly rank: number;
  readonly most?: number;
  readonly share?: number;
  /** True if cells are not shortened to keep the table narrow. */
  readonly unabridged?: boolean | undefined;
}

/** A table of findings: the first rows open, the others folded, and a sentence about those that do not fit. */
export function findingsSection(section: FindingsSection): Rows {
  const { findings, open, heading, unabridged = false } = section;
  const cells = cellsOf(unabridged);
  const told = unabridged ? () => undefined : toldApart(findings);
  const severityAt = (index: number): Severity => (findings[index] as JudgedFinding).finding.severity;
  return {
    count: findings.length,
    row: (index) => {
      const judged = findings[index] as JudgedFinding;
      return findingRow(judged, cells, told(judged.finding));
    },
    rank: (index) => section.rank + severityRank(severityAt(index)),
    most: section.most,
    share: section.share,
    around: () => {
      const [before = "", after = ""] = whole(section, findings).split(ROWS);
      return { before, after };
    },
    layout: (shown, indexes) => {
      if (findings.length === 0) return "";
      const left = findings.length - shown.length;
      /** Counts the findings that are not among the first `count` shown rows. */
      const without = (count: number): Counts => {
        const all = countSeverities(findings, ({ finding }) => finding.severity);
        const seen = countSeverities(indexes.slice(0, count), severityAt);
        return perSeverity((severity) => all[severity] - seen[severity]);
      };
      const rest = left === 0 ? "" : leftOut(without(shown.length), left, section);
      const visibleRows = shown.slice(0, open);
      const foldedRows = shown.slice(open);
      const folded = joined("\n\n", [rows(foldedRows), rest]);
      return joined("\n\n", [
        heading ?? "",
        rows(visibleRows),
        foldedRows.length > 0 || heading === undefined
          ? details(section.folded(without(visibleRows.length)), folded)
          : rest,
      ]);
    },
  };
}

/** Placeholder for all rows: no table row can be this line. */
const ROWS = "\0";

/** The section with {@link ROWS} in the place of its rows. */
function whole({ heading, folded }: FindingsSection, findings: readonly JudgedFinding[]): string {
  const table = rows([ROWS]);
  if (heading !== undefined) return `${heading}\n\n${table}`;
  return details(folded(countSeverities(findings, ({ finding }) => finding.severity)), table);
}

function rows(shown: readonly string[]): string {
  return shown.length === 0 ? "" : [tableHead(COLUMNS), ...shown].join("\n");
}

function leftOut(counts: Counts, left: number, section: FindingsSection): string {
  return `_${counted(left, "row")} left out here (${severityList(counts)}); ${section.elsewhere}._`;
}

/** Puts the origin of a finding before its place. Returns the cell as it is if the origin is not known. */
export function withOrigin(origin: Origin | undefined, cell: string): string {
  if (origin === undefined) return cell;
  return cell === "–" ? ORIGINS[origin] : `${ORIGINS[origin]}<br>${cell}`;
}

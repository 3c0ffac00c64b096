import type { Finding } from "../domain/finding.ts";
import { type Counts, perSeverity, type Severity, severityRank } from "../domain/severity.ts";
import type { JudgedFinding } from "../domain/verdict.ts";
import { advisoryUrl } from "./advisory.ts";
import { withChange } from "./change.ts";
import type { Rows } from "./fit.ts";
import { code, details, link, packageName, tableHead, tableRow, text, version } from "./markdown.ts";
import { exploitMark, graceMark } from "./marks.ts";
import { withOrigin } from "./origin.ts";
import { shorten } from "./plain.ts";
import { whereCell } from "./where.ts";
import { counted, countSeverities, severityList, statusWords } from "./words.ts";

const COLUMNS = ["severity", "advisory", "package", "fixed in", "where"];
const DOT: Readonly<Record<Severity, string>> = { CRITICAL: "🔴", HIGH: "🟠", MEDIUM: "🟡", LOW: "⚪", UNKNOWN: "❔" };

/** A severity with its colour. */
export function severityCell(severity: Severity): string {
  return `${DOT[severity]}&nbsp;${severity}`;
}

/** An advisory's id, linked to its page where there is a known one. */
export function advisory(id: string, url?: string): string {
  const page = advisoryUrl(id, url);
  // An id that has a page of ours has harmless letters only; any other stays in a code span.
  return page !== undefined && /^[A-Za-z0-9:-]+$/.test(id) ? link(shorten(id, 60, "middle"), page) : code(id, 60);
}

/** The package with its version; for anything but a vulnerability, what was found. */
function packageCell(finding: Finding, unabridged: boolean): string {
  const found = finding.package;
  if (found === undefined) return finding.title === "" ? "–" : text(finding.title, unabridged ? 600 : 100);
  return `${packageName(found.name)} ${version(found.version)}`.trim();
}

function fixedCell({ kind, fixedVersions, status }: Finding, unabridged: boolean): string {
  if (kind !== "vulnerability") return "–";
  const fixed = fixedVersions.slice(0, unabridged ? fixedVersions.length : 3).map(version);
  if (fixed.length === 0) return text(statusWords(status), 60);
  return fixed.join(", ") + (fixedVersions.length > fixed.length ? ", …" : "");
}

/** One finding as a table's row. */
function findingRow(judged: JudgedFinding, unabridged: boolean): string {
  const { finding, ended } = judged;
  const note = ended === undefined || judged.outcome !== "open" ? "" : `<br>exception ended ${text(ended.expires, 20)}`;
  return tableRow([
    severityCell(finding.severity) + note + graceMark(judged),
    withChange(judged.change, advisory(finding.id, finding.url)) + exploitMark(judged),
    packageCell(finding, unabridged),
    fixedCell(finding, unabridged),
    withOrigin(judged.origin, whereCell(finding, unabridged)),
  ]);
}

export interface FindingsSection {
  /** Most severe first. */
  readonly findings: readonly JudgedFinding[];
  /** Markdown above the table; absent: all of it is folded away under `folded`. */
  readonly heading?: string;
  /** Rows that stand open before the rest is folded away. */
  readonly open: number;
  /** What the folded ones are called: `18 MEDIUM open within the limits`. */
  readonly folded: (counts: Counts) => string;
  /** Where the rest of the list can be read. */
  readonly elsewhere: string;
  /** Rank of the first severity; the others follow. */
  readonly rank: number;
  readonly most?: number;
  readonly share?: number;
  /** Cells are not shortened to keep the table narrow. */
  readonly unabridged?: boolean | undefined;
}

/** A table of findings: the first rows open, the others folded, and a sentence about those that have no room. */
export function findingsSection(section: FindingsSection): Rows {
  const { findings, open, heading, unabridged = false } = section;
  const severityAt = (index: number): Severity => (findings[index] as JudgedFinding).finding.severity;
  return {
    count: findings.length,
    row: (index) => findingRow(findings[index] as JudgedFinding, unabridged),
    rank: (index) => section.rank + severityRank(severityAt(index)),
    most: section.most,
    share: section.share,
    layout: (shown, indexes) => {
      if (findings.length === 0) return "";
      const left = findings.length - shown.length;
      /** What is not among the first shown rows. */
      const without = (count: number): Counts => {
        const all = countSeverities(severityAt, 0, findings.length);
        const seen = countSeverities((place) => severityAt(indexes[place] as number), 0, count);
        return perSeverity((severity) => all[severity] - seen[severity]);
      };
      const rest = left === 0 ? "" : leftOut(without(shown.length), left, section);
      const visibleRows = shown.slice(0, open);
      const foldedRows = shown.slice(open);
      const folded = [rows(foldedRows), rest].filter((part) => part !== "").join("\n\n");
      return [
        heading ?? "",
        rows(visibleRows),
        foldedRows.length > 0 || heading === undefined
          ? details(section.folded(without(visibleRows.length)), folded)
          : rest,
      ]
        .filter((part) => part !== "")
        .join("\n\n");
    },
  };
}

function rows(shown: readonly string[]): string {
  return shown.length === 0 ? "" : [tableHead(COLUMNS), ...shown].join("\n");
}

function leftOut(counts: Counts, left: number, section: FindingsSection): string {
  return `_${counted(left, "row")} left out here (${severityList(counts)}); ${section.elsewhere}._`;
}

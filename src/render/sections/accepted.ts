import type { Exception } from "../../domain/exception.ts";
import { severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, VexStatement } from "../../domain/verdict.ts";
import { listRows, type Rows } from "../markdown/fit.ts";
import { code, details, packageName, tableHead, tableRow, text } from "../markdown/markdown.ts";
import { counted, joined, number } from "../shared/phrases.ts";
import { advisory, severityCell, widened } from "./cells.ts";

const LEFT = Array.from({ length: 6 }, () => "left" as const);

/** The findings that one exception, or one statement of a VEX document, accepts. */
interface Group {
  readonly findings: JudgedFinding[];
}

/** Accepted findings, grouped by exception or by the VEX document's words, with reason, owner and last day. */
export function acceptedSection(accepted: readonly JudgedFinding[], rank: number, unfolded = false): Rows {
  const groups = byException(accepted);
  return listRows(groups, {
    row: acceptedRow,
    rank: (group) => rank + severityRank(first(group).finding.severity),
    most: 200,
    layout: (shown, left) => {
      return details(
        `${counted(accepted.length, "accepted finding")} with reason, owner and last day`,
        joined("\n", [
          shown.length === 0
            ? ""
            : tableHead(
                ["severity", widened("advisory", 14), "package", "reason", "owner", widened("last day", 11)],
                LEFT,
              ),
          ...shown,
          left === 0
            ? ""
            : `\n_${counted(left, groups.some(isByVex) ? "row" : "exception")} left out here; the least severe first._`,
        ]),
        unfolded,
      );
    },
  });
}

function first(group: Group): JudgedFinding {
  return group.findings[0] as JudgedFinding;
}

/** Groups are in the order of their most severe finding, because the findings come most severe first. */
function byException(accepted: readonly JudgedFinding[]): Group[] {
  const groups = new Map<Exception | string, Group>();
  for (const judged of accepted) {
    const holder = judged.exceptions[0] ?? (judged.vex && vexKey(judged));
    if (holder === undefined) continue;
    const group = groups.get(holder) ?? { findings: [] };
    group.findings.push(judged);
    groups.set(holder, group);
  }
  return [...groups.values()];
}

function isByVex(group: Group): boolean {
  return first(group).exceptions.length === 0;
}

function acceptedRow(group: Group): string {
  const { findings } = group;
  const names = new Set<string>();
  for (const judged of findings) {
    names.add(judged.finding.package?.name ?? judged.finding.path ?? judged.finding.title);
    if (names.size > 3) break;
  }
  const shownNames = [...names].slice(0, 3).map(packageName).join(", ") + (names.size > 3 ? ", …" : "");
  return tableRow([
    severityCell(first(group).finding.severity),
    advisory(first(group).exceptions[0]?.id ?? first(group).finding.id, first(group).finding.url),
    findings.length > 1 ? `${shownNames} (${number(findings.length)})` : shownNames,
    ...holderCells(first(group)),
  ]);
}

function holderCells({ exceptions: [exception], vex }: JudgedFinding): [string, string, string] {
  if (exception === undefined) return vex === undefined ? ["–", "–", "–"] : vexCells(vex);
  const { reason, owner, expires } = exception;
  return [text(reason, 300), owner === undefined ? "–" : code(owner, 60), text(expires, 20)];
}

/** What findings in one row must have in common: the document's words and the advisory. */
function vexKey({ finding, vex }: JudgedFinding): string {
  return JSON.stringify([finding.id, vex?.document, vex?.author, vex?.status, vex?.justification]);
}

/** Reason, owner and last day of what a VEX document accepts. Such a statement has no last day. */
function vexCells({ status, justification, author, document }: VexStatement): [string, string, string] {
  const words = status === "fixed" ? "fixed" : "not affected";
  const why =
    justification === undefined
      ? ""
      : `: ${text(
          justification.replace(/^[a-z_]+(?=:|$)/, (label) => label.replaceAll("_", " ")),
          300,
        )}`;
  return [`VEX ${words}${why} (${code(document, 100)})`, author === undefined ? "–" : code(author, 60), "–"];
}

import type { Exception } from "../../domain/exception.ts";
import { severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, VexStatement } from "../../domain/verdict.ts";
import { advisory } from "../shared/advisory-page.ts";
import { counted, number } from "../shared/phrases.ts";
import {
  code,
  fold,
  type Inline,
  leftOut,
  name,
  para,
  prose,
  type Row,
  type Rows,
  rowsOf,
  say,
  severity,
  some,
  table,
} from "../tree.ts";

const HEAD = [
  "severity",
  { words: "advisory", letters: 14 },
  "package",
  "reason",
  "owner",
  { words: "last day", letters: 11 },
];

/** The findings that one exception, or one statement of a VEX document, accepts. */
interface Group {
  readonly findings: JudgedFinding[];
}

/** Accepted findings, grouped by exception or by the VEX document's words, with reason, owner and last day. */
export function acceptedSection(accepted: readonly JudgedFinding[], rank: number, unfolded = false): Rows {
  const groups = byException(accepted);
  return rowsOf(groups, {
    row: acceptedRow,
    rank: (group) => rank + severityRank(first(group).finding.severity),
    layout: (rows, left) => [
      fold(
        `${counted(accepted.length, "accepted finding")} with reason, owner and last day`,
        [table(HEAD, rows), para(leftOut(left, "more row"))],
        unfolded,
      ),
    ],
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

function acceptedRow(group: Group): Row {
  const { findings } = group;
  const { finding, exceptions } = first(group);
  const names = new Set(findings.map(({ finding: each }) => each.package?.name ?? each.path ?? each.title));
  const shown = some([...names], 3, { show: (each) => name(each) });
  return [
    severity(finding.severity),
    advisory(exceptions[0]?.id ?? finding.id, finding.url),
    findings.length > 1 ? say`${shown} (${number(findings.length)})` : shown,
    ...holderCells(first(group)),
  ];
}

function holderCells({ exceptions: [exception], vex }: JudgedFinding): Row {
  if (exception === undefined) return vex === undefined ? ["–", "–", "–"] : vexCells(vex);
  const { reason, owner, expires } = exception;
  return [prose(reason, 300), owner === undefined ? "–" : code(owner, 60), prose(expires, 20)];
}

/** What findings in one row must have in common: the document's words and the advisory. */
function vexKey({ finding, vex }: JudgedFinding): string {
  return JSON.stringify([finding.id, vex?.document, vex?.author, vex?.status, vex?.justification]);
}

/** Reason, owner and last day of what a VEX document accepts. Such a statement has no last day. */
function vexCells({ status, justification, author, document }: VexStatement): Row {
  const said = justification?.replace(/^[a-z_]+(?=:|$)/, (label) => label.replaceAll("_", " "));
  const why: Inline = said === undefined ? "" : say`: ${prose(said, 300)}`;
  const words = say`VEX ${status === "fixed" ? "fixed" : "not affected"}${why} (${code(document, 100)})`;
  return [words, author === undefined ? "–" : code(author, 60), "–"];
}

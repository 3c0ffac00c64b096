import { split } from "../../domain/rows/groups.ts";
import { severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, JudgedTarget } from "../../domain/verdict.ts";
import { advisory } from "../shared/advisory-page.ts";
import { counted, number } from "../shared/phrases.ts";
import { whyAccepted } from "../shared/status.ts";
import { code, listed, name, prose, type Row, type Rows, say, severity, some } from "../tree.ts";

const HEAD = [
  "severity",
  { words: "advisory", letters: 14 },
  "package",
  "reason",
  "owner",
  { words: "last day", letters: 11 },
];

/** Accepted findings, grouped by exception or by the VEX document's words, with reason, owner and last day. */
export function acceptedSection(target: JudgedTarget, rank: number, isUnfolded: boolean): Rows {
  const { accepted } = split(target);
  // The findings come most severe first, and so do the groups.
  const groups = [...Map.groupBy(accepted, holder).values()] as [JudgedFinding, ...JudgedFinding[]][];
  return listed(groups, {
    head: HEAD,
    row: acceptedRow,
    rank: ([first]) => rank + severityRank(first.finding.severity),
    what: "more row",
    open: 0,
    folded: () => `${counted(accepted.length, "accepted finding")} with reason, owner and last day`,
    isUnfolded,
  });
}

/** The key that the findings of one row share: the exception, or the VEX document's words and the advisory. */
function holder({ finding, exceptions: [exception], vex }: JudgedFinding): unknown {
  return exception ?? JSON.stringify([finding.id, vex?.document, vex?.author, vex?.status, vex?.justification]);
}

function acceptedRow(findings: readonly [JudgedFinding, ...JudgedFinding[]]): Row {
  const [first] = findings;
  const { finding, vex } = first;
  const [exception] = first.exceptions;
  const names = new Set(findings.map(({ finding: each }) => each.package?.name ?? each.path ?? each.title));
  const shown = some([...names], 3, { show: (each) => name(each) });
  const owner = exception === undefined ? (vex?.author ?? vex?.document) : exception.owner;
  return [
    severity(finding.severity),
    advisory(exception?.id ?? finding.id, finding.url),
    findings.length > 1 ? say`${shown} (${number(findings.length)})` : shown,
    prose(whyAccepted(first), 300),
    owner === undefined ? "–" : code(owner, 60),
    exception === undefined ? "–" : prose(exception.expires, 20),
  ];
}

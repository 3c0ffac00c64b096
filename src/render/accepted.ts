import type { Exception } from "../domain/policy-types.ts";
import { severityRank } from "../domain/severity.ts";
import type { JudgedFinding } from "../domain/verdict.ts";
import { advisory, severityCell } from "./findings.ts";
import type { Rows } from "./fit.ts";
import { code, details, packageName, tableHead, tableRow, text } from "./markdown.ts";
import { counted, number } from "./words.ts";

interface Group {
  readonly exception: Exception;
  readonly findings: JudgedFinding[];
}

/** Accepted findings by the exception that holds, with reason, owner and last day. */
export function acceptedSection(accepted: readonly JudgedFinding[], rank: number): Rows {
  const groups = byException(accepted);
  return {
    count: groups.length,
    row: (index) => acceptedRow(groups[index] as Group),
    rank: (index) => rank + severityRank(first(groups[index] as Group).finding.severity),
    most: 200,
    layout: (shown) => {
      if (groups.length === 0) return "";
      const left = groups.length - shown.length;
      return details(
        `${counted(accepted.length, "accepted finding")} with reason, owner and last day`,
        [
          shown.length === 0 ? "" : tableHead(["severity", "advisory", "package", "reason", "owner", "last day"]),
          ...shown,
          left === 0 ? "" : `\n_${counted(left, "exception")} left out here; the least severe first._`,
        ]
          .filter((part) => part !== "")
          .join("\n"),
      );
    },
  };
}

function first(group: Group): JudgedFinding {
  return group.findings[0] as JudgedFinding;
}

/** Groups keep the order of their most severe finding, as the findings come most severe first. */
function byException(accepted: readonly JudgedFinding[]): Group[] {
  const groups = new Map<Exception, Group>();
  for (const judged of accepted) {
    const exception = judged.exceptions[0];
    if (exception === undefined) continue;
    const group = groups.get(exception) ?? { exception, findings: [] };
    group.findings.push(judged);
    groups.set(exception, group);
  }
  return [...groups.values()];
}

function acceptedRow(group: Group): string {
  const { exception, findings } = group;
  const names = new Set<string>();
  for (const judged of findings) {
    names.add(judged.finding.package?.name ?? judged.finding.path ?? judged.finding.title);
    if (names.size > 3) break;
  }
  const shownNames = [...names].slice(0, 3).map(packageName).join(", ") + (names.size > 3 ? ", …" : "");
  return tableRow([
    severityCell(first(group).finding.severity),
    advisory(exception.id, first(group).finding.url),
    findings.length > 1 ? `${shownNames} (${number(findings.length)})` : shownNames,
    text(exception.reason, 300),
    exception.owner === undefined ? "–" : code(exception.owner, 60),
    text(exception.expires, 20),
  ]);
}

import { isNamedAsFile } from "../../domain/image/reference.ts";
import { SEVERITIES } from "../../domain/severity.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import type { Rows } from "../markdown/fit.ts";
import { code, tableHead, tableRow } from "../markdown/markdown.ts";
import { counted, number } from "../shared/phrases.ts";
import { exploitBreaks, openCell } from "./counts.ts";

const COUNTED = [...SEVERITIES, "accepted"];
const SIGN = { pass: "✅&nbsp;pass", fail: "❌&nbsp;fail", error: "⛔&nbsp;error" };

const ORDER = { error: 0, fail: 1, pass: 2 };

/** The targets, the worst answers first; of one answer as they were given. */
export function worstFirst(targets: readonly TargetVerdict[]): TargetVerdict[] {
  return targets.toSorted((a, b) => ORDER[a.answer] - ORDER[b.answer]);
}

/** One row per target, the worst answers first: open findings by severity. */
export function targetsOverview(targets: readonly TargetVerdict[], rank: number): Rows {
  const worst = worstFirst(targets);
  return {
    count: worst.length,
    row: (index) => overviewRow(worst[index] as TargetVerdict),
    rank: () => rank,
    share: 0.3,
    layout: (shown) => {
      const left = worst.length - shown.length;
      const head = tableHead(["", "target", ...COUNTED], ["left", "left", ...COUNTED.map(() => "right" as const)]);
      return [head, ...shown, left === 0 ? "" : `\n_${counted(left, "more target")} left out here._`]
        .filter((part) => part !== "")
        .join("\n");
    },
  };
}

/** The image that a tar or layout holds, as it says itself, where the user has not said it. */
export function savedAs(judged: TargetVerdict): string[] {
  const { kind, input, as } = judged.target;
  if (judged.answer === "error" || kind !== "image" || as !== undefined || !isNamedAsFile(input)) return [];
  return (judged.scan.artifact.claims ?? []).slice(0, 1);
}

function overviewRow(target: TargetVerdict): string {
  const label = [target.target.label, ...savedAs(target)].map((name) => code(name)).join("<br>");
  if (target.answer === "error") {
    return tableRow([SIGN.error, `${label}<br>${code(target.error.code, 60)}`, ...COUNTED.map(() => "?")]);
  }
  const accepted = target.rows.reduce((sum, row) => sum + row.accepted, 0);
  return tableRow([SIGN[target.answer], label + exploitBreaks(target), ...target.rows.map(openCell), number(accepted)]);
}

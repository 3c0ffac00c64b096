import { type CoverageStatus, isWhole, type JudgedCoverage, type JudgedGap } from "../../domain/coverage.ts";
import { withoutTag } from "../../domain/image/reference.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { counted, joined } from "../shared/phrases.ts";
import { type Block, code, type Inline, join, listed, prose, type Rows, say } from "../tree.ts";
import type { View } from "../view.ts";
import { pasteFold, pasteItem } from "./exceptions.ts";

/** Maximum number of gaps that are shown, and whose acceptance is proposed. The JSON report has all. */
const MOST_GAPS = 20;
const LONGEST = 500;

const SIGN: Readonly<Record<CoverageStatus, string>> = {
  looked: "✅ ",
  gap: "⛔ not looked at: ",
  "nothing-there": "➖ nothing there: ",
  "not-asked": "➖ not asked for: ",
  "not-known": "❔ not known: ",
};

/** A gap's acceptance in plain words. Untrusted. */
export function acceptedWords({ accepted, ended }: JudgedGap): string {
  if (accepted !== undefined) {
    const owner = accepted.owner === undefined ? "" : ` by ${accepted.owner}`;
    return `accepted${owner} until ${accepted.expires}: ${accepted.reason}`;
  }
  return ended === undefined ? "not accepted" : `the acceptance in line ${ended.line} ended on ${ended.expires}`;
}

/** The coverage of a target: open if there are gaps, otherwise folded. Nothing if it is not known. */
export function coverageSection({ coverage = NOTHING }: TargetVerdict, rank: number): Rows {
  const { gaps } = coverage;
  const seen = withoutEmpty(coverage.rows).map(({ subject, status, detail }) => [
    SIGN[status],
    join(": ", [prose(subject, 100), detail === "" ? "" : prose(detail, LONGEST)]),
  ]);
  return listed<Inline>(seen.length === 0 ? [] : [...seen, ...gaps.map(gapItem)], {
    row: (item) => [item],
    rank,
    share: 0.2,
    what: "more row",
    most: seen.length + MOST_GAPS,
    open: 0,
    folded: () => summaryWords(coverage),
    isUnfolded: gaps.length > 0,
  });
}

const NOTHING: JudgedCoverage = { rows: [], gaps: [] };

/** All scanners that were not asked for as one row, since a row for each would say nothing more. */
function withoutEmpty(rows: JudgedCoverage["rows"]): JudgedCoverage["rows"] {
  const isEmpty = ({ status, detail }: JudgedCoverage["rows"][number]) => status === "not-asked" && detail === "";
  const empty = rows.filter(isEmpty);
  if (empty.length < 2) return rows;
  const subject = empty.map((row) => row.subject).join(", ");
  return [...rows.filter((row) => !isEmpty(row)), { subject, status: "not-asked", detail: "" }];
}

function gapItem(judged: JudgedGap): Inline {
  const { gap } = judged;
  const path = gap.path === undefined ? "" : say` ${code(gap.path)}`;
  return say`${judged.accepted === undefined ? "⛔" : "⚠️"} ${code(gap.code)}${path}: ${prose(acceptedWords(judged), LONGEST)}`;
}

function summaryWords(coverage: JudgedCoverage): string {
  const { gaps, rows } = coverage;
  // A scanner that was not asked has no detail. A part of the target that was left out has one.
  const leavesOut = rows.some(({ status, detail }) => status === "not-asked" && detail !== "");
  if (gaps.length === 0 && leavesOut) return "Coverage: without the parts that the run leaves out";
  if (gaps.length === 0) return isWhole(coverage) ? "Coverage: complete" : "Coverage, as far as it is known";
  const accepted = gaps.filter((gap) => gap.accepted !== undefined).length;
  const kinds = { "not accepted": gaps.length - accepted, accepted };
  const parts = Object.entries(kinds).map(([kind, count]) => (count === 0 ? "" : `${counted(count, "gap")} ${kind}`));
  return `Coverage: ${joined(", ", parts)}`;
}

/**
 * Acceptances for the gaps that make targets an error, to paste into the policy. The person who decides fills in reason
 * and last day.
 */
export function gapSnippet({ verdict: { targets }, policy }: Pick<View, "verdict" | "policy">): Block[] {
  const open = targets.flatMap(({ coverage, target }) => {
    const gaps = (coverage?.gaps ?? []).filter(({ accepted }) => accepted === undefined);
    return gaps.map(({ gap }) => pasteItem(`  - gap: ${gap.code}`, gap.path, withoutTag(target.input)));
  });
  const why = "why may it run without being looked at?";
  return pasteFold("gaps", open, { most: MOST_GAPS, of: counted(open.length, "gap"), why, policy });
}

/** Gaps as plain lines, for reports with a place for the tool's own messages. Untrusted. */
export function gapNotes({ coverage }: TargetVerdict): { readonly code: string; readonly words: string }[] {
  return (coverage?.gaps ?? []).map((judged) => ({
    code: judged.gap.code,
    words: `Not looked at: ${judged.gap.what} (${acceptedWords(judged)})`,
  }));
}

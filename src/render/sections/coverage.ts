import { type CoverageStatus, isWhole, type JudgedCoverage, type JudgedGap } from "../../domain/coverage.ts";
import { withoutTag } from "../../domain/image/reference.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { counted } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import { type Block, code, fold, type Inline, leftOut, list, para, prose, say, table } from "../tree.ts";
import type { View } from "../view.ts";
import { pasteBlocks, pasteItem } from "./exceptions.ts";

/** Most rows and gaps that the comment and the summary show. The JSON report has all. */
const MOST_ROWS = 25;
const MOST_GAPS = 20;
const LONGEST = 500;

/** A coverage status in words for people. */
const STATUS_WORDS: Readonly<Record<CoverageStatus, string>> = {
  looked: "looked at",
  gap: "not looked at",
  "nothing-there": "nothing there",
  "not-asked": "not asked for",
  "not-known": "not known",
};

const SIGN: Readonly<Record<CoverageStatus, string>> = {
  looked: "✅",
  gap: "⛔",
  "nothing-there": "➖",
  "not-asked": "➖",
  "not-known": "❔",
};

/** A gap's acceptance in plain words. Untrusted. */
function acceptedWords({ accepted, ended }: JudgedGap): string {
  if (accepted !== undefined) {
    const owner = accepted.owner === undefined ? "" : ` by ${accepted.owner}`;
    return `accepted${owner} until ${accepted.expires}: ${accepted.reason}`;
  }
  return ended === undefined ? "not accepted" : `the acceptance in line ${ended.line} ended on ${ended.expires}`;
}

/** A table of what was looked at: open if there are gaps, otherwise folded. Empty if nothing is known about it. */
export function coverageSection({ coverage }: TargetVerdict): Block[] {
  if (coverage === undefined || coverage.rows.length === 0) return [];
  const joinedRows = withoutEmpty(coverage.rows);
  const rows = joinedRows.slice(0, MOST_ROWS);
  const gaps = coverage.gaps.slice(0, MOST_GAPS);
  const left = joinedRows.length - rows.length + coverage.gaps.length - gaps.length;
  const cells = rows.map(({ subject, status, detail }) => [
    `${SIGN[status]}\u{A0}${STATUS_WORDS[status]}`,
    prose(subject, 100),
    prose(detail, LONGEST),
  ]);
  const body = [
    table(["", "what", "seen"], cells),
    list(gaps.map(gapItem)),
    para(leftOut(left, "more row", "in the JSON report")),
  ];
  return [fold(summaryWords(coverage), body, coverage.gaps.length > 0)];
}

/** What was not asked for, as one row: a row each would say nothing more. */
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
  if (gaps.length === 0 && leavesOut) return "What was looked at: not what the run leaves out";
  if (gaps.length === 0)
    return isWhole(coverage) ? "What was looked at: all of it" : "What was looked at, as far as it is known";
  const accepted = gaps.filter((gap) => gap.accepted !== undefined).length;
  const open = gaps.length - accepted;
  const parts = [
    ...(open > 0 ? [`${counted(open, "gap")} not accepted`] : []),
    ...(accepted > 0 ? [`${counted(accepted, "gap")} accepted`] : []),
  ];
  return `What was looked at: ${parts.join(", ")}`;
}

/**
 * Acceptances for the gaps that make targets an error, to paste into the policy. The person who decides fills in reason
 * and last day.
 */
export function gapSnippet({ verdict: { targets }, policy }: Pick<View, "verdict" | "policy">): Block[] {
  const entries = new Set<string>();
  for (const { coverage, target } of targets)
    for (const { gap, accepted } of coverage?.gaps ?? []) {
      if (accepted !== undefined || entries.size === MOST_GAPS) continue;
      const entry = pasteItem(`  - gap: ${gap.code}`, gap.path, withoutTag(target.input));
      // Without its path, it would accept more.
      if (entry.length <= 2 * LONGEST) entries.add(entry);
    }
  if (entries.size === 0) return [];
  const items = pasteBlocks("coverage", [...entries], "why may it run although nobody looked?", policy);
  return [fold("Accept it for a time instead: what to paste into the policy", items)];
}

/** Coverage for the log: a line for what was looked at, one for what is not known or left out, and one for each gap. */
export function coverageLines(target: TargetVerdict): string[] {
  return [...lookedLines(target), ...gapLines(target)];
}

const LINE_WORDS: readonly (readonly [CoverageStatus, words: string])[] = [
  ["looked", "Looked at"],
  ["not-known", "Not known"],
  ["not-asked", "Left out"],
];

/** A line for what was looked at, one for what is not known, and one for what was left out; none without such rows. */
function lookedLines({ coverage }: TargetVerdict): string[] {
  return LINE_WORDS.flatMap(([wanted, words]) => {
    const rows = (coverage?.rows ?? []).filter(({ status }) => status === wanted);
    // A scanner that was not asked has no detail. A part of the target that was left out has one.
    const told = rows.flatMap(({ subject, detail }) => {
      if (detail === "") return wanted === "not-asked" ? [] : [subject];
      return [`${subject}: ${detail}`];
    });
    return told.length === 0 ? [] : [`  ${words}: ${shorten(plain(told.join("; ")), LONGEST)}.`];
  });
}

/** One line for each gap. */
function gapLines({ coverage }: TargetVerdict): string[] {
  if (coverage === undefined) return [];
  const gaps = coverage.gaps.slice(0, MOST_GAPS).map((judged) => {
    const { gap } = judged;
    return `  Not looked at: [${gap.code}] ${shorten(plain(gap.what), LONGEST)}; ${withoutStop(shorten(plain(acceptedWords(judged)), LONGEST))}.`;
  });
  const left = coverage.gaps.length - gaps.length;
  return [...gaps, ...(left === 0 ? [] : [`  ${counted(left, "more gap")} in the report.`])];
}

/** Gaps as plain lines, for reports that have a place for messages of the tool itself. Untrusted. */
export function gapNotes({ coverage }: TargetVerdict): { readonly code: string; readonly words: string }[] {
  return (coverage?.gaps ?? []).map((judged) => ({
    code: judged.gap.code,
    words: `Not looked at: ${judged.gap.what} (${acceptedWords(judged)})`,
  }));
}

/** A warning for each code of a target's accepted gaps: the target passes although it was not fully looked at. */
export function gapWarnings(view: View): string[] {
  return view.verdict.targets.flatMap((target) => {
    if (target.answer === "error") return [];
    const codes = Map.groupBy(target.coverage?.gaps ?? [], ({ gap }) => gap.code);
    return [...codes.values()].map((gaps) => {
      const [first] = gaps as [JudgedGap, ...JudgedGap[]];
      const more = gaps.length === 1 ? "" : ` (and ${counted(gaps.length - 1, "more gap")} of the kind)`;
      return `${target.target.label} was not wholly looked at: ${first.gap.what}${more}; ${withoutStop(acceptedWords(first))}.`;
    });
  });
}

/** Removes a final full stop: a reason may end with one. */
function withoutStop(words: string): string {
  return words.replace(/\.\s*$/, "");
}

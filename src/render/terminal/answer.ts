import { someLines } from "../../domain/list-some.ts";
import { split } from "../../domain/rows/groups.ts";
import { DEFAULT_THRESHOLDS, SEVERITIES, type Severity } from "../../domain/severity.ts";
import type { JudgedFinding, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { attentionOf } from "../annotations.ts";
import { headLine, reasonLine, restLines } from "../log/log.ts";
import { findingLines } from "../log/table.ts";
import { blockLines } from "../print/lines.ts";
import { type Line, printText, said, type TextLook } from "../print/text.ts";
import { coverageLines, gapLines, lookedLines } from "../story/coverage.ts";
import { uncomparedWords } from "../story/notices.ts";
import { planLines } from "../story/plan-lines.ts";
import { list, prose, say } from "../tree.ts";
import type { View } from "../view.ts";

/** How an answer is shown. */
export interface AnswerLook extends TextLook {
  readonly columns: number;
  /** Somebody reads it at a terminal: a long table is cut, since the verdict stands above it. */
  readonly isTerminal: boolean;
  /** Only findings of these are shown, those within the limits, too. Absent: those that fail. */
  readonly severities?: readonly Severity[] | undefined;
  /** The command and its words, for the line that says how to see more. */
  readonly command: string;
}

/** Most rows of a target that a terminal shows. A reader of a pipe gets all. */
const MOST_ROWS = 40;
const ENOUGH_BYTES = 50_000_000;

/** The answer for a terminal or a pipe: the verdict in one line, what to do, a table, and how to see more. */
export function renderAnswer(view: View, look: AnswerLook): string {
  const { verdict } = view;
  const lines: (Line | undefined)[] = [
    reasonLine(view),
    policyLine(view),
    ...attentionLines(view),
    ...(view.mode === "warn" && verdict.answer === "fail" ? ["mode: warn: the exit code is 0."] : []),
    "",
    ...verdict.targets.flatMap((target) => targetLines(target, view, look)),
    ...(view.notes ?? []).map((note) => said(note, 1_000)),
    moreLine(view, look),
  ];
  return printText(
    lines.filter((line) => line !== undefined),
    look,
  );
}

/** Whose policy file is meant, behind its path or behind `none`. */
const OF: Readonly<Record<View["policy"]["from"], string>> = {
  workspace: "the working directory",
  base: "the base",
  "default-branch": "the default branch",
};

/** Which policy it was. Undefined: it was not read. */
export function policyLine({ policy, verdict }: View): string | undefined {
  const { path, from, isUnread } = policy;
  if (isUnread) return undefined;
  if (path === undefined) return `Policy: none in ${OF[from]}; ${limitsWords(verdict)}`;
  const isElsewhere = from === "workspace" && OUTSIDE.test(path);
  return `Policy: ${said(path, 300)}${isElsewhere ? "" : ` of ${OF[from]}`}`;
}

/** Without a policy, limits that are not the defaults are those of the options. */
function limitsWords({ targets }: View["verdict"]): string {
  const rows = targets.flatMap((target) => (target.answer === "error" ? [] : target.rows));
  const isDefault = rows.every(({ severity, limit }) => limit === DEFAULT_THRESHOLDS[severity]);
  return isDefault ? "the default limits" : "the limits that were given";
}

/** Somebody has named a file that lies outside of the working directory. */
const OUTSIDE = /^(?:\/|\.\.\/|[A-Za-z]:[\\/])/;

/** Most lines about the policy and its exceptions; the report has all. */
const MOST_ATTENTION = 20;

/** A job's log has no annotations beside it, and a policy that was loosened must not pass unseen. */
function attentionLines(view: View): string[] {
  return someLines(attentionOf(view), MOST_ATTENTION, {
    show: ({ level, message, file, line }) => `${level}: ${message}${placeWords(file, line)}`,
    what: "warning",
  });
}

function placeWords(file: string | undefined, line: number | undefined): string {
  if (file === undefined) return "";
  return ` (${said(file, 300)}${line === undefined ? "" : `:${line}`})`;
}

function targetLines(target: TargetVerdict, view: View, look: AnswerLook): Line[] {
  const head = view.verdict.targets.length > 1 ? [headLine(target)] : [];
  if (target.answer === "error") {
    const { code, what } = target.error;
    return [...head, `  [${said(code, 80)}] ${said(what, 2_000)}.`, ...coverageLines(target), ""];
  }
  const { failing, plan } = split(target);
  const shown = look.severities === undefined ? failing : open(target, look.severities);
  const table = findingLines(shown, ENOUGH_BYTES, {
    columns: look.columns,
    mostRows: look.isTerminal ? MOST_ROWS : Number.POSITIVE_INFINITY,
    what: look.severities === undefined ? "failing finding" : "finding",
  });
  const rest = [
    ...restLines(target, look.severities !== undefined),
    ...unusedLines(target, view),
    ...seenLines(target),
  ];
  const parts = [gapLines(target), planLines(plan), table, rest];
  return [...head, ...parts.filter((part) => part.length > 0).flatMap((part) => [...part, ""])];
}

function open(target: JudgedTarget, severities: readonly Severity[]): readonly JudgedFinding[] {
  const { failing, within } = split(target);
  return [...failing, ...within].filter(({ finding }) => severities.includes(finding.severity));
}

/** A baseline that was named and not used, and what that means. */
function unusedLines(target: JudgedTarget, { comparisons }: View): Line[] {
  const comparison = comparisons?.get(target.target);
  const isUnused = comparison !== undefined && "none" in comparison && comparison.isNamed === true;
  const unused = isUnused ? say`Not compared with the baseline: ${prose(comparison.none, 300)}.` : "";
  return blockLines([list([unused, uncomparedWords(target)])]);
}

/** Nothing is found in a folder without a lock file, and it must not look like a folder that was looked at. */
function seenLines(target: JudgedTarget): string[] {
  const lines = lookedLines(target);
  const isUnknown = target.coverage === undefined || target.coverage.rows.some(({ status }) => status === "not-known");
  const isSilent = lines.length > 0 || isUnknown || gapLines(target).length > 0;
  return isSilent ? lines : ["  Looked at: nothing. The scanner recognised nothing here."];
}

function moreLine(view: View, { command, severities }: AnswerLook): string {
  const judged = view.verdict.targets.filter((target) => target.answer !== "error");
  const [first] = judged.flatMap((target) => split(target).failing);
  if (first !== undefined && /^[A-Za-z][\w-]+$/.test(first.finding.id))
    return `More: image-gate explain ${first.finding.id}`;
  if (judged.some((target) => split(target).within.length > 0) && severities === undefined)
    return `More: image-gate ${command} --severity ${SEVERITIES.join(",")}`;
  if (judged.length > 0) return `More: image-gate ${command} --json`;
  return `More: image-gate ${command.split(" ")[0]} --help`;
}

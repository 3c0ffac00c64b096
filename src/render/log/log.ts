import { someLines } from "../../domain/list-some.ts";
import { needingAttention } from "../../domain/rows/attention.ts";
import { exemptedGroups, split } from "../../domain/rows/groups.ts";
import { startingLimits } from "../../domain/rows/proposals.ts";
import { countSeverities, severityName } from "../../domain/severity.ts";
import type { FailedTarget, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { blockLines, paragraphLines } from "../print/lines.ts";
import { type Line, printText, said, sizeOf, type TextLook } from "../print/text.ts";
import { counted, joined, severityList } from "../shared/phrases.ts";
import { EXEMPTED } from "../shared/status.ts";
import { comparisonWords } from "../story/comparison.ts";
import { suppressedLine, unjudgedWords } from "../story/counts.ts";
import { coverageLines } from "../story/coverage.ts";
import { attentionWords, listWord } from "../story/exceptions.ts";
import { endOfLifeWords, nothingSeenWords, runNotesSection, uncomparedWords } from "../story/notices.ts";
import { planLines } from "../story/plan-lines.ts";
import { list } from "../tree.ts";
import type { View } from "../view.ts";
import { findingLines } from "./table.ts";

/** Largest log text in UTF-8 bytes. Lines written during the scans, and the colours, are not included. */
export const LIMIT_BYTES = 54_000;

/**
 * The log: for each target a table of what fails and counts of the rest, then exceptions, and at the end the reason.
 * A target for which there is no room is counted as left out.
 */
export function renderLog(view: View, look: TextLook = {}, limitBytes = LIMIT_BYTES): string {
  const last: Line[] = [
    ...exceptionLines(view),
    ...paragraphLines(runNotesSection(view)),
    ...startLines(view),
    ...modeLines(view),
    reasonLine(view),
  ];
  let left = limitBytes - sizeOf(last) - 300;
  const shown: Line[] = [];
  let skipped = 0;
  for (const target of view.verdict.targets) {
    const lines = linesOf(target, view, left);
    const size = sizeOf(lines);
    if (size > left) {
      skipped += 1;
      continue;
    }
    left -= size;
    shown.push(...lines);
  }
  if (skipped > 0) shown.push(`${counted(skipped, "more target")} left out here; the report has all.`, "");
  return printText([...shown, ...last], look);
}

/** The verdict's one line, which begins with the answer. */
export function reasonLine({ verdict: { answer, reason } }: View): Line {
  const line = said(reason, 4_000);
  return line.startsWith(`${answer}: `)
    ? { words: [{ word: answer, style: answer }, line.slice(answer.length)] }
    : line;
}

/** A target's name and its answer. */
export function headLine({ target, answer }: TargetVerdict): Line {
  return { words: [`${said(target.label, 200)}: `, { word: answer, style: answer }] };
}

/** A target's error, and its remedy. */
function errorLines(target: FailedTarget): Line[] {
  const { code, what, remedy } = target.error;
  const [first = "", ...list] = what.split("\n");
  return [
    headLine(target),
    `  [${said(code, 80)}] ${said(first, 2_000)}${list.length === 0 ? "." : ""}`,
    ...list.map((line) => `    ${said(line.replace(/;$/, ""), 2_000)}`),
    `  ${said(remedy, 2_000)}`,
  ];
}

function linesOf(target: TargetVerdict, view: View, room: number): Line[] {
  return target.answer === "error"
    ? [...errorLines(target), ...coverageLines(target), ""]
    : judgedLines(target, view, room);
}

function judgedLines(target: JudgedTarget, view: View, room: number): Line[] {
  const { failing, plan } = split(target);
  const notices = [
    endOfLifeWords(target),
    nothingSeenWords(target),
    suppressedLine(target),
    uncomparedWords(target),
    unjudgedWords(target, view),
    comparisonWords(target, view),
  ];
  const lines = [headLine(target), ...coverageLines(target), ...blockLines([list(notices)])];
  const after = [...planLines(plan), ...restLines(target), ""];
  return [...lines, ...findingLines(failing, room - sizeOf([...lines, ...after]) - 100), ...after];
}

/**
 * What the table leaves out, in one line.
 * @param hasWithin whether the table has what is open within the limits
 */
export function restLines(target: JudgedTarget, hasWithin = false): string[] {
  const { failing, within, notCounted, accepted } = split(target);
  if ([failing, within, notCounted, accepted].every((part) => part.length === 0)) return ["  No finding"];
  const open = severityList(countSeverities(within, ({ finding }) => finding.severity));
  const rest = joined("; ", [
    hasWithin || within.length === 0 ? "" : `${open} within the limits`,
    accepted.length === 0 ? "" : `${counted(accepted.length, "finding")} accepted`,
    ...exemptedGroups(notCounted).map(
      ({ spared, findings }) => `${counted(findings.length, "finding")} ${EXEMPTED[spared]} not counted`,
    ),
  ]);
  return rest === "" ? [] : [`  ${rest}`];
}

/** The effect of `mode: warn` on a failing run. */
export function modeLines(view: View): string[] {
  return view.mode === "warn" && view.verdict.answer === "fail" ? ["mode: warn: the step does not fail."] : [];
}

/** How to start, for the first run on an old image. */
function startLines(view: View): string[] {
  const judged = view.verdict.targets.filter((target) => target.answer !== "error");
  const limits = startingLimits(view.verdict, judged).map(
    ({ severity, open }) => `max-${severityName(severity)}: ${open}`,
  );
  return limits.length === 0 || view.mode === "warn"
    ? []
    : [`An old image? Start with mode: warn, or with today's counts as limits: ${limits.join(", ")}.`, ""];
}

/** Exceptions that have ended, end soon or match nothing. */
export function exceptionLines(view: View): string[] {
  const items = needingAttention(view.verdict);
  if (items.length === 0) return [];
  const show = (item: (typeof items)[number]) => {
    const { line, id, package: about } = item.use.exception;
    const scope = about === undefined ? "" : ` (${said(about, 60)})`;
    return `  line ${line}: ${listWord(item)}${said(id, 60)}${scope} ${attentionWords(item)}`;
  };
  const shown = someLines(items, 40, { show, rest: (more) => `  … ${more}` });
  const file = view.policy.path === undefined ? "the policy" : said(view.policy.path, 500);
  return [`Exceptions in ${file} that need attention:`, ...shown, ""];
}

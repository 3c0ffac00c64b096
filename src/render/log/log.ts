import { exemptedGroups, split } from "../../domain/rows/groups.ts";
import { countSeverities, type Severity } from "../../domain/severity.ts";
import type { FailedTarget, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { blockLines, paragraphLines } from "../print/lines.ts";
import { type Line, printText, said, sizeOf, type TextLook } from "../print/text.ts";
import { counted, joined, severityList } from "../shared/phrases.ts";
import { EXEMPTED } from "../shared/status.ts";
import { comparisonWords } from "../story/comparison.ts";
import { suppressedLine, unjudgedNotice } from "../story/counts.ts";
import { coverageLines } from "../story/coverage.ts";
import { exceptionsSection, startSection } from "../story/exceptions.ts";
import { endOfLifeWords, nothingSeenWords, runNotesSection, uncomparedWords } from "../story/notices.ts";
import { planSection } from "../story/plan.ts";
import { type Block, firstRows, list } from "../tree.ts";
import type { View } from "../view.ts";
import { findingLines, type TableLook } from "./table.ts";

/** Largest log text in UTF-8 bytes. Lines written during the scans, and the colours, are not included. */
const LIMIT_BYTES = 54_000;

/** Most steps of a target's plan. */
const STEPS = 20;

/** How targets and their findings are shown. */
export interface BodyLook extends TableLook {
  readonly limitBytes: number;
  /** Only findings of these are shown, those within the limits, too. Absent: those that fail. */
  readonly severities?: readonly Severity[] | undefined;
}

/**
 * The log: for each target what fails and counts of the rest, then exceptions, and at the end the reason.
 * A target for which there is no room is counted as left out.
 */
export function renderLog(view: View, look: TextLook = {}, limitBytes = LIMIT_BYTES): string {
  const last = [...paragraphLines(startOf(view)), ...modeLines(view, "the step does not fail"), reasonLine(view)];
  return printText([...bodyLines(view, { limitBytes: limitBytes - sizeOf(last) - 300 }), ...last], look);
}

/** The targets, and what concerns all of them. */
export function bodyLines(view: View, look: BodyLook): Line[] {
  const last = paragraphLines([exceptionsSection(view, 0, true)], runNotesSection(view));
  let left = look.limitBytes - sizeOf(last);
  const shown: Line[] = [];
  let skipped = 0;
  for (const target of view.verdict.targets) {
    const lines = linesOf(target, view, { ...look, limitBytes: left });
    const size = sizeOf(lines);
    if (size > left) {
      skipped += 1;
      continue;
    }
    left -= size;
    shown.push(...lines);
  }
  if (skipped > 0) shown.push(`${counted(skipped, "more target")} left out here; the report has all.`, "");
  return [...shown, ...last];
}

/** The verdict's one line, which begins with the answer. */
export function reasonLine({ verdict: { answer, reason } }: View): Line {
  const line = said(reason, 4_000);
  return line.startsWith(`${answer}: `)
    ? { words: [{ word: answer, style: answer }, line.slice(answer.length)] }
    : line;
}

/** A target's error, and its remedy. */
function errorLines({ error: { code, what, remedy } }: FailedTarget): Line[] {
  const [first = "", ...list] = what.split("\n");
  return [
    `  [${said(code, 80)}] ${said(first, 2_000)}${list.length === 0 ? "." : ""}`,
    ...list.map((line) => `    ${said(line.replace(/;$/, ""), 2_000)}`),
    `  ${said(remedy, 2_000)}`,
  ];
}

function linesOf(target: TargetVerdict, view: View, look: BodyLook): Line[] {
  const { answer } = target;
  const head = { words: [`${said(target.target.label, 200)}: `, { word: answer, style: answer }] };
  const about = coverageLines(target);
  return answer === "error"
    ? [head, ...errorLines(target), ...about, ""]
    : [head, ...judgedLines(target, about, view, look)];
}

function judgedLines(target: JudgedTarget, about: readonly string[], view: View, look: BodyLook): Line[] {
  const { failing, within } = split(target);
  const { severities } = look;
  const shown = severities && [...failing, ...within].filter(({ finding }) => severities.includes(finding.severity));
  const notices = [
    endOfLifeWords(target),
    nothingSeenWords(target),
    suppressedLine(target),
    uncomparedWords(target),
    unjudgedNotice(target, view),
    comparisonWords(target, view),
  ];
  const before = grouped(
    [...about, ...blockLines([list(notices)])],
    blockLines(firstRows(planSection(target, 0, true), STEPS), undefined, "  "),
  );
  const after = grouped(restLines(target, shown !== undefined));
  const room = look.limitBytes - sizeOf([...before, ...after]) - 100;
  return [...before, ...grouped(findingLines(shown ?? failing, room, look)), ...after];
}

/** Groups of lines, with an empty line below each that is not empty. */
function grouped(...groups: readonly (readonly Line[])[]): Line[] {
  return groups.flatMap((lines) => (lines.length === 0 ? [] : [...lines, ""]));
}

/** @param hasWithin whether the table has what is open within the limits */
function restLines(target: JudgedTarget, hasWithin: boolean): string[] {
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
export function modeLines({ mode, verdict }: View, effect: string): string[] {
  return mode === "warn" && verdict.answer === "fail" ? [`mode: warn: ${effect}.`] : [];
}

/** How to start, for the first run on an old image. */
function startOf(view: View): readonly Block[] {
  const judged = view.verdict.targets.filter((target) => target.answer !== "error");
  return view.mode === "warn" ? [] : startSection(view, judged);
}

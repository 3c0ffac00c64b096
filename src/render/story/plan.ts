import type { NoFix, Plan, Step, Upgrade } from "../../domain/fix-plan.ts";
import { commonSteps } from "../../domain/fix-plan.ts";
import { split } from "../../domain/rows/groups.ts";
import { statusWords } from "../../domain/rows/row-fix.ts";
import type { JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { textLine } from "../print/text.ts";
import { ownerWords } from "../shared/location.ts";
import { counted, number, severityList } from "../shared/phrases.ts";
import { shorten } from "../shared/safe-text.ts";
import { proofWords, stepWords } from "../shared/steps.ts";
import {
  type Block,
  BREAK,
  code,
  heading,
  type Inline,
  isEmpty,
  join,
  listed,
  name,
  note,
  para,
  prose,
  type Rows,
  say,
  some,
  strong,
  version,
} from "../tree.ts";

/** Steps that are open before the rest is folded, and packages without a fix that are named. */
const OPEN = 8;
const NO_FIX = 6;
/** Longest command, in UTF-16 units. It has only letters that need no escaping. */
const COMMAND = 700;

/**
 * The fix plan: its steps, the most important first, and the packages without a fix.
 * @param proven whether to say if the versions were scanned. Of several plans, one says it: {@link proofSection}
 */
export function planSection(target: JudgedTarget, rank: number, proven: boolean): Block[] {
  const { failing, plan } = split(target);
  const { noFix, steps } = plan;
  if (steps.length + noFix.length === 0) return [];
  const cleared = steps.reduce((sum, { clears }) => sum + clears, 0);
  const words = steps.length === 0 ? "nothing to upgrade to" : clearWords(steps.length, cleared, failing.length);
  return [
    heading(3, `Fix plan: ${words}`),
    listed(steps, {
      row: (step) => [stepItem(step)],
      isNumbered: true,
      rank,
      share: 0.2,
      what: "more step",
      open: OPEN,
    }),
    para(noFixPart(plan)),
    ...(proven ? [proofPart([plan])] : []),
  ];
}

/** The share of findings that the steps clear: the finding, both findings, `all 5 findings`, or `4 of 5 findings`. */
function clearWords(steps: number, cleared: number, failing: number): string {
  const all = ["the finding", "both findings"][failing - 1] ?? `all ${counted(failing, "finding")}`;
  const some = `${number(cleared)} of ${counted(failing, "finding")}`;
  return `${counted(steps, "step")} ${steps === 1 ? "clears" : "clear"} ${cleared === failing ? all : some}`;
}

/** The step, and below it the lines to paste: a command, or a line and its file. */
function stepItem(step: Step): Inline {
  const { line } = stepWords(step);
  const pasted = step.kind === "upgrade" ? step.line : undefined;
  const text = step.kind === "secret" ? undefined : (step.command ?? pasted?.text);
  if (text === undefined) return line;
  return [line, BREAK, code(text, COMMAND), pasted?.file === undefined ? "" : say` in ${code(pasted.file)}`];
}

function noFixPart({ noFix }: Plan): Inline {
  if (noFix.length === 0) return "";
  const shown = some(noFix, NO_FIX, { show: noFixWords, what: "package" });
  return say`${strong("No fix:")} ${shown}. Remove or replace, or accept for a time.`;
}

/** `zlib1g` 1:1.2.13 (1 CRITICAL: vendor will not fix it), or `perl` (4 packages) 5.36.0-7 (4 HIGH: no fix yet). */
function noFixWords({ name: of, packages, version: installed, bySeverity, statuses, owner }: NoFix): Inline {
  const many = packages.length === 1 ? "" : ` (${counted(packages.length, "package")})`;
  const bundled = owner === undefined ? "" : say` bundled by ${ownerWords(owner)}`;
  const why = join(
    ", ",
    statuses.map((status) => prose(statusWords(status), 60)),
  );
  return say`${name(of)}${many} ${version(installed)}${bundled} (${severityList(bySeverity)}: ${why})`;
}

/** Common steps that are open. */
const OPEN_COMMON = 5;
/** Targets that a row names. */
const NAMED = 3;

/** The steps that several targets need: one change of a shared part, such as a base image, may do for all of them. */
export function commonStepsSection(targets: readonly TargetVerdict[], rank: number): Rows {
  const failing = failingOf(targets);
  const plans = failing.map((target) => split(target).plan);
  return listed(plans.length < 2 ? [] : commonSteps(plans), {
    title: "Steps that several targets need",
    row: ({ step, targets: of }) => {
      const named = some(of, NAMED, { show: (each) => code(failing[each]?.target.label ?? "", 60) });
      return [say`${stepWords(step).what} in ${strong(counted(of.length, "target"))} (${named})`];
    },
    isNumbered: true,
    rank,
    share: 0.2,
    what: "more step",
    open: OPEN_COMMON,
  });
}

function failingOf(targets: readonly TargetVerdict[]) {
  return targets.flatMap((target) => (target.answer === "fail" ? [target] : []));
}

/** True if the versions of several plans were scanned. For a single plan, its own section says that. */
export function proofSection(targets: readonly TargetVerdict[]): Block {
  return proofPart(targets.length < 2 ? [] : failingOf(targets).map((target) => split(target).plan));
}

function proofPart(plans: readonly Plan[]): Block {
  const proof = proofWords(plans);
  return para(isEmpty(proof) ? "" : note(proof));
}

/** `libssl3 3.0.11 → 3.0.15 clears 3`: an upgrade as the report writes it. */
export function upgradeText({ package: name, from, to, alternatives, clears }: Upgrade): string {
  const target = to ?? `${alternatives.join(" or ")} (unknown order)`;
  return `${name} ${from} → ${target} clears ${number(clears)}`;
}

/** A step without its place, where that is already known. */
export function stepSummary(step: Step): string {
  return shorten(textLine(stepWords(step).brief), 400);
}

/** A step on one line of plain text. */
export function stepText(step: Step): string {
  return shorten(textLine(stepWords(step).line), 1_000);
}

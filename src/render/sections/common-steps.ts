import type { Step } from "../../domain/fix-plan.ts";
import { split } from "../../domain/rows/groups.ts";
import { commonSteps } from "../../domain/upgrade/common-steps.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { counted } from "../shared/phrases.ts";
import { proofWords, stepWords } from "../shared/steps.ts";
import {
  type Block,
  code,
  heading,
  type Inline,
  isEmpty,
  join,
  leftOut,
  note,
  openList,
  para,
  say,
  strong,
} from "../tree.ts";

/** Rows that are open, and most rows. */
const OPEN = 5;
const MOST = 40;
/** Targets that a row names. */
const NAMED = 3;

/** The steps that several targets need: one change of what they share, such as a base image, may do for all of them. */
export function commonStepsSection(targets: readonly TargetVerdict[]): Block[] {
  const failing = failingOf(targets);
  const common = failing.length < 2 ? [] : commonSteps(failing.map((target) => split(target).plan));
  if (common.length === 0) return [];
  const labels = failing.map((target) => target.target.label);
  const items = common.slice(0, MOST).map(({ step, targets: of }) =>
    commonRow(
      step,
      of.map((each) => labels[each] ?? ""),
    ),
  );
  const left = leftOut(common.length - items.length, "more step", "in the JSON report only");
  return [
    heading(3, "What several targets need"),
    ...openList(items, OPEN, counted(common.length - OPEN, "more step"), left),
  ];
}

function failingOf(targets: readonly TargetVerdict[]) {
  return targets.flatMap((target) => (target.answer === "fail" ? [target] : []));
}

function commonRow(step: Step, labels: readonly string[]): Inline {
  const { what } = stepWords(step);
  const named = labels.slice(0, NAMED).map((label) => code(label, 60));
  const rest = labels.length > named.length ? ", …" : "";
  return say`${what} in ${strong(counted(labels.length, "target"))} (${join(", ", named)}${rest})`;
}

/** Whether the versions of several plans were scanned. For a single plan, its own section says that. */
export function proofSection(targets: readonly TargetVerdict[]): Block {
  const proof = proofWords(failingOf(targets).map((target) => split(target).plan));
  return para(targets.length < 2 || isEmpty(proof) ? "" : note(proof));
}

import type { Step } from "../../domain/fix-plan.ts";
import { split } from "../../domain/rows/groups.ts";
import { commonSteps } from "../../domain/upgrade/common-steps.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { code, details } from "../markdown/markdown.ts";
import { counted, joined } from "../shared/phrases.ts";
import { type Ink, proofWords, stepWords } from "../shared/steps.ts";
import { markdownInk } from "./upgrades.ts";

/** Rows that are open, and most rows. */
const OPEN = 5;
const MOST = 40;
/** Targets that a row names. */
const NAMED = 3;

/** The steps that several targets need: one change of what they share, such as a base image, may do for all of them. */
export function commonStepsSection(targets: readonly TargetVerdict[], level: string): string {
  const failing = failingOf(targets);
  if (failing.length < 2) return "";
  const common = commonSteps(failing.map((target) => split(target).plan));
  if (common.length === 0) return "";
  const ink = markdownInk();
  const labels = failing.map((target) => target.target.label);
  const rows = common.slice(0, MOST).map(
    ({ step, targets: of }, index) =>
      `${index + 1}. ${commonRow(
        step,
        of.map((each) => labels[each] ?? ""),
        ink,
      )}`,
  );
  const left = common.length - rows.length;
  const folded = [
    rows.slice(OPEN).join("\n"),
    left > 0 ? `_${counted(left, "more step")} in the JSON report only._` : "",
  ];
  return joined("\n\n", [
    `${level} What several targets need`,
    rows.slice(0, OPEN).join("\n"),
    rows.length > OPEN ? details(counted(common.length - OPEN, "more step"), joined("\n\n", folded)) : "",
  ]);
}

function failingOf(targets: readonly TargetVerdict[]) {
  return targets.flatMap((target) => (target.answer === "fail" ? [target] : []));
}

function commonRow(step: Step, labels: readonly string[], ink: Ink): string {
  const { what } = stepWords(step, ink);
  const named = labels.slice(0, NAMED).map((label) => code(label, 60));
  const more = labels.length > named.length ? ", …" : "";
  return `${what} in **${counted(labels.length, "target")}** (${named.join(", ")}${more})`;
}

/** Whether the versions of several plans were scanned. For a single plan, its own section says that. */
export function proofSection(targets: readonly TargetVerdict[]): string {
  const proof = proofWords(
    failingOf(targets).map((target) => split(target).plan),
    markdownInk().prose,
  );
  return targets.length < 2 || proof === "" ? "" : `_${proof}_`;
}

import type { Step, Upgrade } from "../../domain/fix-plan.ts";
import { textLine } from "../print/line.ts";
import { number } from "../shared/phrases.ts";
import { shorten } from "../shared/safe-text.ts";
import { briefStep, stepLine } from "../shared/steps.ts";

/** `libssl3 3.0.11 → 3.0.15 clears 3`: an upgrade as the report writes it. */
export function upgradeText({ package: name, from, to, alternatives, clears }: Upgrade): string {
  const target = to ?? `${alternatives.join(" or ")} (unknown order)`;
  return `${name} ${from} → ${target} clears ${number(clears)}`;
}

/** A step without its place, for where that is known. */
export function stepSummary(step: Step): string {
  return shorten(textLine(briefStep(step)), 400);
}

/** A step on one line of plain text. */
export function stepText(step: Step): string {
  return shorten(textLine(stepLine(step)), 1_000);
}

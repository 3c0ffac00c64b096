import type { NoFix, Plan, Step, Upgrade } from "../../domain/fix-plan.ts";
import { someLines } from "../../domain/list-some.ts";
import { statusWords } from "../../domain/rows/vendor-status.ts";
import { textLine } from "../print/line.ts";
import { counted, number, severityList } from "../shared/phrases.ts";
import { lettersTold, plain, shorten } from "../shared/safe-text.ts";
import { briefStep, proofWords, stepLine, stepWords } from "../shared/steps.ts";

/** Longest name and version in a log line, in UTF-16 units. */
const NAME = 120;
const VERSION = 60;
/** Most steps, and most packages without a fix, that the log lists. */
const STEPS = 20;
const NO_FIX = 10;

/** `libssl3 3.0.11 → 3.0.15 clears 3`: an upgrade as the log and the report write it. */
export function upgradeText({ package: name, from, to, alternatives, clears }: Upgrade): string {
  const target = to ?? `${alternatives.join(" or ")} (unknown order)`;
  return `${name} ${from} → ${target} clears ${number(clears)}`;
}

/** The plan as log lines: steps with what can be pasted, and packages without a fix. */
export function planLines(plan: Plan): string[] {
  const { steps, noFix } = plan;
  if (steps.length + noFix.length === 0) return [];
  const proof = textLine(proofWords([plan]));
  return [
    "  What to do:",
    ...someLines(steps, STEPS, { show: stepLines, what: "step", rest: (more) => `    … ${more}; the report has all.` }),
    ...someLines(noFix, NO_FIX, {
      show: (one) => `    ${noFixText(one)}`,
      what: "package",
      rest: (more) => `    … ${more} without a fix`,
    }),
    ...(proof === "" ? [] : [`    ${proof}`]),
  ];
}

function stepLines(step: Step): string {
  const { paste } = stepWords(step);
  const file = paste?.file === undefined ? "$ " : `${paste.file}: `;
  return `    ${stepText(step)}${paste === undefined ? "" : `\n      ${file}${paste.text}`}`;
}

/** A step without its place, for where that is known. */
export function stepSummary(step: Step): string {
  return shorten(textLine(briefStep(step)), 400);
}

/** A step on one line of plain text. */
export function stepText(step: Step): string {
  return shorten(textLine(stepLine(step)), 1_000);
}

function noFixText({ name, packages, version, statuses, bySeverity }: NoFix): string {
  const of = packages.length === 1 ? "" : ` (${counted(packages.length, "package")})`;
  const about = `${lettersTold(plain(shorten(name, NAME, "middle")))}${of} ${shorten(version, VERSION, "middle")}`;
  const why = statuses.map((status) => plain(shorten(statusWords(status), VERSION))).join(", ");
  return `${plain(about)}: ${why} (${severityList(bySeverity)})`;
}

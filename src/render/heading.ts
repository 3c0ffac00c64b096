import { code, text } from "./markdown.ts";
import type { View } from "./view.ts";

/** Longest reason in a heading, in UTF-16 units: several hundred targets make a long one. */
const REASON = 1_500;

/** The verdict and the one reason. */
export function headingSection(view: View): string {
  return `## ${verdictWords(view)}\n\n**${text(reasonText(view), REASON) || "–"}**${modeWords(view)}`;
}

function verdictWords(view: View): string {
  const name = code(view.name, 100);
  if (view.verdict.answer === "pass") return `✅ ${name} may run`;
  if (view.verdict.answer === "error") return `⛔ ${name} could not be judged`;
  return view.mode === "warn" ? `⚠️ ${name} breaks the policy` : `❌ ${name} must not run`;
}

/** The reason without what the heading has said: the answer, and the only target's name where it is the gate's. Untrusted. */
export function reasonText(view: View): string {
  const { reason, targets } = view.verdict;
  const bare = reason.replace(/^(?:pass|fail|error): /, "");
  const named = ` in ${view.name}`;
  const at = targets.length === 1 && targets[0]?.target.label === view.name ? bare.indexOf(named) : -1;
  const ends = /^(?:$|[;,] )/.test(bare.slice(at + named.length));
  return at >= 0 && ends ? bare.slice(0, at) + bare.slice(at + named.length) : bare;
}

function modeWords(view: View): string {
  if (view.mode !== "warn" || view.verdict.answer === "pass") return "";
  return view.verdict.answer === "fail"
    ? "\n\n`mode: warn`: this is reported, the step does not fail."
    : "\n\n`mode: warn` does not cover this: the step fails, as nobody knows what is in the image.";
}

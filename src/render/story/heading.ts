import type { Answer, FailedTarget, TargetVerdict, Verdict } from "../../domain/verdict.ts";
import { number } from "../shared/phrases.ts";
import { wholeNames } from "../shared/safe-text.ts";
import { type Block, code, heading, type Inline, para, prose, say, strong } from "../tree.ts";
import type { View } from "../view.ts";

/** Longest reason in a heading, in UTF-16 units: several hundred targets make a long one. */
const REASON = 1_500;
/** Longest name in a heading, in UTF-16 units. */
const NAME = 100;

export const SIGN = { pass: "✅", fail: "❌", error: "⛔" };

/** A document's title: the verdict's sign, the name, and the verdict's words. */
export function title({ verdict: { answer }, mode, name }: View, words: string): Block {
  const sign = answer === "fail" && mode === "warn" ? "⚠️" : SIGN[answer];
  return heading(2, say`${sign} ${code(wholeNames(name, NAME), NAME)}${words}`);
}

/** The heading with the verdict, and its reason. */
export function headingSection(view: View): Block[] {
  return [
    title(view, `${colonFor(view)} ${verdictWords(view)}`),
    para(strong(headingReason(view).trim() === "" ? "–" : prose(headingReason(view), REASON))),
    para(modeWords(view)),
  ];
}

/**
 * The verdict to put after the gate's name: `may run`. If several targets do not all pass, it gives their numbers and
 * reasons: `1 of 8 could not be judged, 2 must not run`.
 */
export function verdictWords({ verdict, mode }: View): string {
  const { answer, targets } = verdict;
  if (answer === "pass") return "may run";
  const [errors, fails] = [answering("error", verdict), answering("fail", verdict)];
  const isOne = targets.length <= 1;
  const failing = mode === "enforce" ? "must not run" : `${isOne || fails === 1 ? "breaks" : "break"} the policy`;
  if (isOne) return answer === "error" ? "could not be judged" : failing;
  const of = `of ${number(targets.length)}`;
  if (errors === 0) return `${number(fails)} ${of} ${failing}`;
  return `${number(errors)} ${of} could not be judged${fails === 0 ? "" : `, ${number(fails)} ${failing}`}`;
}

/** A colon between the name and {@link verdictWords}, if these are about some of the targets and not about the name. */
export function colonFor({ verdict }: View): ":" | "" {
  return verdict.answer !== "pass" && verdict.targets.length > 1 ? ":" : "";
}

function answering(answer: Answer, { targets }: Verdict): number {
  return targets.filter((target) => target.answer === answer).length;
}

/**
 * The reason without the words that the heading already has: the answer, and the name of the only target if it is the
 * gate's name. Untrusted.
 */
export function reasonText(view: View): string {
  const { reason, targets } = view.verdict;
  const bare = reason.replace(/^(?:pass|fail|error): /, "");
  const named = ` in ${view.name}`;
  const at = targets.length === 1 && targets[0]?.target.label === view.name ? bare.indexOf(named) : -1;
  const ends = /^(?:$|[;,] )/.test(bare.slice(at + named.length));
  return at >= 0 && ends ? bare.slice(0, at) + bare.slice(at + named.length) : bare;
}

/** A digest. The last line of the document has the same beginning of it. */
const DIGEST = /(@sha256:[0-9a-f]{12})[0-9a-f]{52}(?![0-9a-f])/g;

/** {@link reasonText}, with digests cut short. If mistakes are listed below, their number instead. Untrusted. */
function headingReason(view: View): string {
  const error = commonError(view.verdict.targets)?.error;
  return error?.what.includes("\n")
    ? `[${error.code}] ${error.what.replace(/:?\n[\s\S]*$/, "")}`
    : reasonText(view).replace(DIGEST, "$1…");
}

/** The error that all targets have in common, to be shown once. Undefined if there is none. */
export function commonError(targets: readonly TargetVerdict[]): FailedTarget | undefined {
  const [first] = targets;
  if (first?.answer !== "error") return undefined;
  const { code, what } = first.error;
  const same = (each: TargetVerdict) => each.answer === "error" && each.error.code === code && each.error.what === what;
  return targets.every(same) ? first : undefined;
}

/** The effect of `mode: warn`. Empty in any other mode, and if all pass. */
export function modeWords({ verdict, mode }: View): Inline {
  if (mode !== "warn" || verdict.answer === "pass") return "";
  return verdict.answer === "fail"
    ? say`${code("mode: warn")}: this is only reported, the run does not fail.`
    : say`${code("mode: warn")} does not cover this: the run fails, as the image's contents are unknown.`;
}

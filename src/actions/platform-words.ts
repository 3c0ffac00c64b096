import type { TargetVerdict, Verdict } from "../domain/verdict.ts";

/**
 * The verdict with its errors in a platform's words. The answer stays.
 * @param message turns a message for the author of a workflow into one for the platform's readers; absent: it is one
 */
export function inPlatformWords(verdict: Verdict, message?: (text: string) => string): Verdict {
  if (message === undefined) return verdict;
  const targets = verdict.targets.map((target): TargetVerdict => {
    if (target.answer !== "error") return target;
    const { code, what, remedy } = target.error;
    return { ...target, error: { code, what: message(what), remedy: message(remedy) } };
  });
  return { ...verdict, targets, reason: verdict.answer === "error" ? message(verdict.reason) : verdict.reason };
}

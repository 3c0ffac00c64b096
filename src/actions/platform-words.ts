import type { TargetVerdict, Verdict } from "../domain/verdict.ts";

/** Turns a message for the author of a workflow into one for the platform's readers. Absent: the author reads it. */
export type InWords = ((message: string) => string) | undefined;

interface Failed {
  readonly error: { readonly code: string; readonly what: string; readonly remedy: string };
}

/** The same with its error in a platform's words. */
export function errorInWords<T extends Failed>(failed: T, message: InWords): T {
  if (message === undefined) return failed;
  const { code, what, remedy } = failed.error;
  return { ...failed, error: { code, what: message(what), remedy: message(remedy) } };
}

/** The verdict with its errors in a platform's words. The answer stays. */
export function inPlatformWords(verdict: Verdict, message: InWords): Verdict {
  if (message === undefined) return verdict;
  const targets = verdict.targets.map(
    (target): TargetVerdict => (target.answer === "error" ? errorInWords(target, message) : target),
  );
  return { ...verdict, targets, reason: verdict.answer === "error" ? message(verdict.reason) : verdict.reason };
}

import type { Verdict } from "./verdict.ts";

/** The same verdict, whose errors say what happened and what to do in other words. Counts and targets stay. */
export function reworded(verdict: Verdict, reword: (message: string) => string): Verdict {
  return {
    ...verdict,
    reason: verdict.answer === "error" ? reword(verdict.reason) : verdict.reason,
    targets: verdict.targets.map((target) => {
      if (target.answer !== "error") return target;
      const { code, what, remedy } = target.error;
      return { ...target, error: { code, what: reword(what), remedy: reword(remedy) } };
    }),
  };
}

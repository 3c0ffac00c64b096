import { EMPTY_POLICY } from "../domain/policy/policy.ts";
import type { Answer } from "../domain/verdict.ts";
import type { Platform } from "../job/job.ts";
import type { JudgingRun } from "../steps/load-rules.ts";

/** A placeholder for the policy until it has been read. */
export const UNREAD_POLICY = {
  policy: EMPTY_POLICY,
  source: { from: "workspace", isUnread: true },
  change: undefined,
} as const;

/** Opens the cache that outlives the machine, if the run may use one. */
export async function openCache(
  { cache, offline }: { readonly cache: boolean; readonly offline: boolean },
  run: JudgingRun,
  { sharedCache }: Platform,
) {
  run.cache = cache && !offline ? await sharedCache?.() : undefined;
  return run.cache;
}

/** The step's exit code: 0 for a pass, and for a fail that is only reported. */
export function exitCodeOf(answer: Answer, mode: "enforce" | "warn"): number {
  return answer === "pass" || (answer === "fail" && mode === "warn") ? 0 : 1;
}

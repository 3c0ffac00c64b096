import { dayOf } from "../domain/dates.ts";
import { EMPTY_POLICY } from "../domain/policy/policy.ts";
import type { Answer, Verdict } from "../domain/verdict.ts";
import { connector } from "../forge/connect.ts";
import type { Platform } from "../job/job.ts";
import type { View } from "../render/view.ts";
import type { JudgingRun } from "../steps/load-rules.ts";
import type { World } from "../system/world.ts";

/** The record of a run at its beginning. If some inputs are wrong, the others are still read for reporting. */
export function beginRun<Inputs extends { readonly token?: string | undefined; readonly offline: boolean }>(
  inputs: Inputs,
  platform: Platform,
  world: Pick<World, "now">,
): JudgingRun & { inputs: Inputs } {
  const forge = connector(platform, () => run.inputs);
  const source = { from: "workspace", isUnread: true } as const;
  const policy = { policy: EMPTY_POLICY, source, change: undefined };
  const run: JudgingRun & { inputs: Inputs } = { now: world.now(), inputs, forge, policy };
  return run;
}

/** The part of the view that every judging action has. */
export function viewOfRun(
  verdict: Verdict,
  { now, policy, inputs }: JudgingRun & { readonly inputs: { readonly mode: View["mode"] } },
  { action, change }: Pick<Platform, "action" | "change">,
) {
  return {
    verdict,
    mode: inputs.mode,
    today: dayOf(now),
    now,
    policy: { ...policy.source, count: policy.policy.count },
    policyChange: policy.change,
    commit: change.commit,
    runUrl: change.runUrl,
    stamp: change.stamp,
    pages: action.pages,
  };
}

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

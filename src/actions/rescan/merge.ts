import type { Verdict } from "../../domain/verdict.ts";
import { gatherShards } from "../../fleet/gather.ts";
import { readPlan } from "../../fleet/shard-plan.ts";
import type { Platform } from "../../platforms/platform.ts";
import { background } from "../../system/background.ts";
import type { World } from "../../system/world.ts";
import type { Steps } from "../run-steps.ts";
import { cacheFor, type Learnt, runOf } from "./context.ts";
import { loadHistory } from "./history.ts";
import type { Inputs } from "./inputs.ts";
import { type Check, judgeRunning, loadRules } from "./judging.ts";
import { byRulesOf } from "./merged-opinions.ts";

/**
 * Part `merge`: judges what all shards have found, as one run would. What is expected says the plan, so an image whose
 * shard has no report is an error, and a source that the plan could not read still is one.
 */
export async function* merge(inputs: Inputs, now: Date, platform: Platform, world: World): Steps<Learnt, Verdict> {
  const plan = readPlan(inputs.expected ?? "");
  await using work = background(world.signal);
  const cache = await cacheFor(inputs, platform);
  yield { cache };
  const loading = work.begin(() => loadHistory(inputs, now, platform, world));
  const rules = yield* loadRules({ inputs, now, cache }, platform, world);
  yield { sources: plan.sources };
  const expected = { run: runOf(platform.change), now, maxAgeMs: inputs.maxDbAge };
  const gathered = gatherShards(plan, inputs.reports ?? "", expected, world);
  yield { history: await loading };
  const { policy } = rules.policy;
  const check: Check = async (lists, options, at) => {
    // Only if something fails: a merge scans no image.
    const { beginScanner, imagesFor } = await import("./scan-and-judge.ts");
    await using images = imagesFor(inputs, world);
    // Of several scanners, the first one's word counts.
    const first = { ...inputs, scanWith: inputs.scanWith.slice(0, 1) };
    const scanner = await beginScanner(first, { cache, work, images }, world)(policy);
    return (await scanner.match?.(lists, options, at)) ?? [];
  };
  return yield* judgeRunning(byRulesOf(policy, gathered), check, { inputs, now, cache, rules }, world);
}

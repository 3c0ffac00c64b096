import type { Verdict } from "../../domain/verdict.ts";
import { gatherShards } from "../../fleet/gather.ts";
import { readPlan } from "../../fleet/shard-plan.ts";
import type { Platform } from "../../platforms/platform.ts";
import { background } from "../../system/background.ts";
import type { World } from "../../system/world.ts";
import { type RunContext, runOf } from "./context.ts";
import { loadHistory } from "./history.ts";
import type { Inputs } from "./inputs.ts";
import { type Check, judgeRunning, loadRules } from "./judging.ts";

/**
 * Part `merge`: judges what all shards have found, as one run would. What is expected says the plan, so an image whose
 * shard has no report is an error, and a source that the plan could not read still is one. Stores what it learns in
 * `known`.
 */
export async function merge(inputs: Inputs, context: RunContext, platform: Platform, world: World): Promise<Verdict> {
  const plan = readPlan(inputs.expected ?? "");
  await using work = background(world.signal);
  context.cache = inputs.cache && !inputs.offline ? await platform.sharedCache?.() : undefined;
  const loading = work.begin(() => loadHistory(inputs, context, platform, world));
  const rules = await loadRules(inputs, context, platform, world);
  context.sources = plan.sources;
  const expected = { run: runOf(platform.change), now: context.now, maxAgeMs: inputs.maxDbAge };
  const gathered = gatherShards(plan, inputs.reports ?? "", expected, world);
  context.history = await loading;
  const check: Check = async (questions, at) => {
    // Only if something fails: a merge scans no image.
    const { beginScanner, imagesFor } = await import("./scan-and-judge.ts");
    await using images = imagesFor(inputs, world);
    const scanner = await beginScanner(inputs, context, { work, images }, world)();
    return (await scanner.checkVersions?.(questions, at)) ?? [];
  };
  return judgeRunning(gathered, check, { inputs, context, rules }, world);
}

import type { Verdict } from "../../domain/verdict.ts";
import { gatherShards } from "../../fleet/gather.ts";
import { readPlan } from "../../fleet/shard-plan.ts";
import type { Platform } from "../../platforms/platform.ts";
import { background } from "../../system/background.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";
import { type Check, judgeRunning, loadRules } from "./judging.ts";
import { type Known, runOf } from "./known.ts";
import { loadHistory } from "./remember.ts";

/**
 * Part `merge`: judges what all shards have found, as one run would. What is expected says the plan, so an image whose shard has no report
 * is an error, and a source that the plan could not read still is one. Stores what it learns in `known`.
 */
export async function merge(inputs: Inputs, known: Known, platform: Platform, world: World): Promise<Verdict> {
  const plan = readPlan(inputs.expected ?? "");
  await using work = background(world.signal);
  known.cache = inputs.cache && !inputs.offline ? await platform.sharedCache?.() : undefined;
  const loading = work.begin(() => loadHistory(inputs, known, platform, world));
  const rules = await loadRules(inputs, known, platform, world);
  known.sources = plan.sources;
  const expected = { run: runOf(platform.change), now: known.now, maxAgeMs: inputs.maxDbAge };
  const gathered = gatherShards(plan, inputs.reports ?? "", expected, world);
  known.history = await loading;
  const check: Check = async (questions, at) => {
    // Only if something fails: a merge scans no image.
    const { beginScanner, imagesFor } = await import("./look.ts");
    await using images = imagesFor(inputs, world);
    const scanner = await beginScanner(inputs, known, { work, images }, world)();
    return (await scanner.checkVersions?.(questions, at)) ?? [];
  };
  return judgeRunning(gathered, check, { inputs, known, rules }, world);
}

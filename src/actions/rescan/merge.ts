import type { Verdict } from "../../domain/verdict.ts";
import { gatherShards } from "../../fleet/gather.ts";
import type { Platform } from "../../job/job.ts";
import { loadRules } from "../../steps/load-rules.ts";
import { background } from "../../system/background.ts";
import type { World } from "../../system/world.ts";
import { openCache } from "../run-record.ts";
import { loadHistory } from "./history.ts";
import type { Inputs } from "./inputs.ts";
import { byRulesOf, type Check, judgeRunning } from "./judging.ts";
import { fetchPlan } from "./plan-file.ts";
import { type RescanRun, runOf } from "./rescan-run.ts";

/**
 * Part `merge`: judges the findings of all shards, as one run would. The plan names the expected images. An image whose
 * shard has no report is therefore an error, and so is a source that the plan could not read.
 */
export async function merge(inputs: Inputs, run: RescanRun, platform: Platform, world: World): Promise<Verdict> {
  const plan = await fetchPlan(inputs.expected ?? "", platform, world);
  await using work = background(world.signal);
  const cache = await openCache(inputs, run, platform);
  const loading = work.begin(() => loadHistory(inputs, run, platform, world));
  const rules = await loadRules(inputs, run, platform, world);
  run.sources = plan.sources;
  const expected = { run: runOf(platform.change), now: run.now, maxAgeMs: inputs.maxDbAge };
  const gathered = gatherShards(plan, inputs.reports ?? "", expected, world);
  await loading;
  const { policy } = rules.policy;
  const check: Check = async (lists, options, at) => {
    // Only if something fails: a merge scans no image.
    const { beginScanner, imagesFor } = await import("./scan-and-judge.ts");
    await using images = imagesFor(inputs, world);
    // With several scanners, the first one answers.
    const first = { ...inputs, scanWith: inputs.scanWith.slice(0, 1) };
    const scanner = await beginScanner(first, { cache, work, images, policy }, world);
    return (await scanner.match?.(lists, options, at)) ?? [];
  };
  return await judgeRunning(byRulesOf(policy, gathered), check, { inputs, run, rules }, world);
}

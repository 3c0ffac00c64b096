import { makePlan } from "../../fleet/shard-plan.ts";
import type { Platform } from "../../job/job.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";
import { endPart } from "./outputs.ts";
import { keepPlan } from "./plan-file.ts";
import type { RescanRun } from "./rescan-run.ts";
import { findRunning, resolve } from "./running.ts";

/**
 * Part `plan`: only finds what runs, divides it among jobs, and keeps the plan for them. A source that could not be
 * read makes the step fail, but the rest is planned: the plan carries the error on, and the merge's verdict is an error
 * too.
 */
export async function plan(inputs: Inputs, run: RescanRun, platform: Platform, world: World): Promise<number> {
  const found = await findRunning(inputs, run, world);
  // The plan does not read the history, so each registry is asked.
  const { images, ...resolved } = await resolve(found, () => false, run, world);
  const { sources } = run;
  const made = makePlan({ images, ...resolved }, sources, inputs.shards ?? 1);
  for (const { source, images: count, notes, error } of sources) {
    world.log.info(`${source}: ${count} found`);
    for (const note of notes) world.log.info(`  ${note}`);
    if (error !== undefined) world.log.annotate("error", `[${error.code}] ${source}: ${error.what}. ${error.remedy}`);
  }
  world.log.info(`${images.length} images to scan, in ${made.shards.length} shards`);
  const unread = sources.filter(({ error }) => error !== undefined).map(({ source }) => source);
  const error = unread.length === 0 ? undefined : `error: ${unread.join(", ")} could not be read`;
  await keepPlan(made, platform, world);
  const matrix = JSON.stringify({ shard: made.shards });
  return endPart({ matrix, expected: made.digest, images, error }, run, platform, world);
}

import { makePlan } from "../../fleet/shard-plan.ts";
import type { Platform } from "../../job/job.ts";
import { clearRunFolder } from "../../steps/deliver.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";
import { endPart, type PartDone } from "./outputs.ts";
import { keepPlan } from "./plan-file.ts";
import type { RescanRun } from "./rescan-run.ts";
import { findRunning, resolve } from "./running.ts";

/**
 * Part `plan`: only finds what runs, divides it among jobs, and keeps the plan for them. A source that could not be
 * read makes the step fail, but the rest is planned: the plan carries the error on, and the merge's verdict is an error
 * too.
 */
export async function plan(inputs: Inputs, run: RescanRun, platform: Platform, world: World): Promise<PartDone> {
  const found = await findRunning(inputs, run, world);
  // The plan does not read the history, so each registry is asked.
  const { images: resolved, sources } = await resolve(found, () => false, world);
  const made = makePlan(resolved, sources, inputs.shards ?? 1);
  for (const { source, images, notes, error } of sources) {
    world.log.info(`${source}: ${images} found`);
    for (const note of notes) world.log.info(`  ${note}`);
    if (error !== undefined) world.log.annotate("error", `[${error.code}] ${source}: ${error.what}. ${error.remedy}`);
  }
  world.log.info(`${resolved.images.length} images to scan, in ${made.shards.length} shards`);
  const unread = sources.filter(({ error }) => error !== undefined);
  const error =
    unread.length === 0 ? undefined : `error: ${unread.map(({ source }) => source).join(", ")} could not be read`;
  await keepPlan(made, platform, world);
  const matrix = JSON.stringify({ shard: made.shards });
  const done = await endPart(resolved.images, { matrix, expected: made.digest }, error, platform);
  clearRunFolder(world);
  return done;
}

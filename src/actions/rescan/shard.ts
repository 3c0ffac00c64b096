import { join } from "node:path";
import { dayOf } from "../../domain/dates.ts";
import { notScanned } from "../../fleet/gather.ts";
import { shardIn } from "../../fleet/shard-plan.ts";
import { writeShard } from "../../fleet/shard-report.ts";
import type { Platform } from "../../job/job.ts";
import type { ResolvedImages, ScannedImages } from "../../scan/running/index.ts";
import { loadPolicy } from "../../steps/load-policy.ts";
import { ruleSource } from "../../steps/rule-source.ts";
import { background } from "../../system/background.ts";
import { asGateError } from "../../system/errors.ts";
import { writePieces } from "../../system/given-files.ts";
import type { World } from "../../system/world.ts";
import { openCache } from "../run-record.ts";
import { loadHistory } from "./history.ts";
import type { Inputs } from "./inputs.ts";
import { endPart } from "./outputs.ts";
import { fetchPlan } from "./plan-file.ts";
import { type RescanRun, runOf } from "./rescan-run.ts";
import { imagesFor, scanImages } from "./scan-and-judge.ts";

/**
 * Part `scan`: scans its share, and writes nothing but its report, from which the merge judges. An image that could not
 * be scanned makes the step fail, so that re-running the failed jobs tries it again. If nothing could be scanned, the
 * report says why.
 */
export async function scanShard(inputs: Inputs, run: RescanRun, platform: Platform, world: World): Promise<number> {
  const shard = shardIn(await fetchPlan(inputs.expected ?? "", platform, world), inputs.shard ?? "");
  const resolved: ResolvedImages = {
    images: shard.images.map(({ image }) => image),
    errors: new Map(shard.images.flatMap(({ image, error }) => (error === undefined ? [] : [[image, error]]))),
    notes: new Map(),
  };
  await openCache(inputs, run, platform);
  const scanned = await scanAll(resolved, { inputs, run }, platform, world).catch((thrown) => {
    if (world.signal.aborted) throw thrown;
    return notScanned(shard, asGateError(thrown));
  });
  const path = join(world.runFolder, `shard-${shard.name.replace("/", "-of-")}.jsonl`);
  writePieces(path, writeShard(shard, scanned, runOf(platform.change)));
  const error = errorIn(scanned, shard.name);
  if (error !== undefined) world.log.annotate("error", error);
  return endPart({ report: path, images: resolved.images, error }, run, platform, world);
}

async function scanAll(
  resolved: ResolvedImages,
  { inputs, run }: { readonly inputs: Inputs; readonly run: RescanRun },
  platform: Platform,
  world: World,
): Promise<ScannedImages> {
  await using work = background(world.signal);
  await using images = imagesFor(inputs, world);
  // The policy says which of several scanners are optional; the merge has the last word on that.
  const source = ruleSource("workspace", run.forge, platform);
  const isPolicyAsked = inputs.scanWith.length > 1;
  const policy = isPolicyAsked ? (await loadPolicy(inputs.policy, source, dayOf(run.now), world)).policy : {};
  const history = loadHistory(inputs, run, platform, world);
  const means = { cache: run.cache, work, images, policy, history, resolved: async () => resolved };
  return (await scanImages(resolved.images, { inputs, ...means }, world)).scanned;
}

/** The images that could not be scanned, in one line with the first reason. */
function errorIn({ scanned }: ScannedImages, shard: string): string | undefined {
  const failed = scanned.flatMap(({ outcome }) => ("error" in outcome ? [outcome] : []));
  const [first] = failed;
  if (first === undefined) return undefined;
  const { code, what, remedy } = first.error;
  return `error: ${failed.length} of the ${scanned.length} images of shard ${shard} were not scanned, the first for this reason: [${code}] ${what}. ${remedy}`;
}

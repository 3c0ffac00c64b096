import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningImage, SourceOutcome } from "../../src/domain/history/running.ts";
import type { TargetError } from "../../src/domain/verdict.ts";
import { type Conditions, gatherShards } from "../../src/fleet/gather.ts";
import { makePlan, type Plan, readPlan, type Shard } from "../../src/fleet/shard-plan.ts";
import { type ShardRun, writeShard } from "../../src/fleet/shard-report.ts";
import type { ScannedImage, ScannedImages } from "../../src/scan/running/index.ts";
import type { World } from "../../src/system/world.ts";

// The parts of a run without their jobs: the plan, the shards' reports as files, and the result of a merge.

export const RUN: ShardRun = { repository: "acme/fleet", run: 42, attempt: 1 };

/** Larger than the age of any test's findings. */
export const EXPECTED: Conditions = { run: RUN, now: new Date("2026-06-01T00:00:00Z"), maxAgeMs: 1e15 };

/** Plan, scan and merge identify an image by these. */
export function keyOf({ reference, digest, platform }: RunningImage): string {
  return JSON.stringify([reference, digest, platform]);
}

/** The plan of scanned images, as if none had been scanned yet. */
export function planned(
  scanned: readonly ScannedImage[],
  sources: readonly SourceOutcome[],
  shards: number,
  errors: ReadonlyMap<RunningImage, TargetError> = new Map(),
): Plan {
  const { bytes, digest } = makePlan({ images: scanned.map(({ image }) => image), errors }, sources, shards);
  return readPlan(bytes, digest);
}

/** A shard's report as its job writes it. An image's findings are taken from `scanned`. */
export function reportText(
  shard: Shard,
  { scanned, sboms = new Map(), notes = [] }: Partial<ScannedImages> & Pick<ScannedImages, "scanned">,
  run: ShardRun | undefined = RUN,
): string {
  const found = new Map(scanned.map((each) => [keyOf(each.image), each]));
  const own = shard.images.map(({ image }): ScannedImage => {
    const one = found.get(keyOf(image));
    if (one === undefined) throw new Error(`${image.reference} was not scanned`);
    return { ...one, image };
  });
  const digests = new Set(own.map(({ image }) => image.digest));
  const mine = new Map([...sboms].filter(([digest]) => digests.has(digest)));
  return [...writeShard(shard, { scanned: own, sboms: mine, notes }, run)].join("");
}

/** Writes reports into a folder, and returns the result of their merge. */
export function gathered(
  folder: string,
  plan: Plan,
  reports: Readonly<Record<string, string | Buffer>>,
  expected: Conditions = EXPECTED,
): ScannedImages {
  mkdirSync(folder, { recursive: true });
  for (const [name, report] of Object.entries(reports)) writeFileSync(join(folder, name), report);
  const world = { workspace: folder, temp: folder } as World;
  return gatherShards(plan, "*.jsonl", expected, world);
}

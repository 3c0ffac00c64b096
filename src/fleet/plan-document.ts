import { z } from "zod";
import type { RunningImage, SourceOutcome } from "../domain/history/running.ts";
import type { ReadOf } from "../domain/report/fields.ts";

/** Why there is no scan. */
export const targetError = z.object({ code: z.string(), what: z.string(), remedy: z.string() });

export const plannedSource = z.object({
  source: z.string(),
  images: z.int().nonnegative(),
  notes: z.array(z.string()),
  error: targetError.optional(),
}) satisfies z.ZodType<SourceOutcome>;

const text = z.string().optional();

const running = z.object({
  reference: z.string(),
  name: z.string(),
  digest: text,
  platform: text,
  imageId: text,
  daemon: z.object({ engine: z.enum(["docker", "podman"]), host: z.string() }).optional(),
  harbor: text,
  where: z.array(z.object({ source: z.string(), name: z.string() })),
}) satisfies z.ZodType<RunningImage>;

/** An image of the plan, or why it is not known what it is. Then it is not scanned. */
export const planned = z.object({ image: running, error: targetError.optional() });
export type PlannedImage = ReadOf<typeof planned>;

/** The plan of a run in several jobs: the images of each shard. */
export const planDocument = z.object({
  version: z.literal(1),
  sources: z.array(plannedSource),
  shards: z.array(z.array(planned).min(1)).min(1),
});

import { z } from "zod";
import type { SourceOutcome } from "../domain/history/running.ts";
import type { ReadOf } from "../domain/report/fields.ts";

/** Why there is no scan. */
export const targetError = z.object({ code: z.string(), what: z.string(), remedy: z.string() });

const source = z.object({
  source: z.string(),
  images: z.int().nonnegative(),
  notes: z.array(z.string()),
  error: targetError.optional(),
}) satisfies z.ZodType<SourceOutcome>;

const image = z.object({
  image: z.string(),
  /** Absent: it is the repository of `image`. */
  name: z.string().optional(),
  digest: z.string().optional(),
  platform: z.string().optional(),
  imageId: z.string().optional(),
  daemon: z.object({ engine: z.enum(["docker", "podman"]), host: z.string() }).optional(),
  harbor: z.string().optional(),
  /** Where it runs: the number of a source, and the place there. */
  at: z.array(z.tuple([z.int(), z.string()])),
  error: targetError.optional(),
});
export type ImageEntry = ReadOf<typeof image>;

/** The plan of a run in several jobs: the images of each shard. */
export const planDocument = z.object({
  version: z.literal(1),
  sources: z.array(source),
  shards: z.array(z.array(image).min(1)).min(1),
});
export type PlanDocument = ReadOf<typeof planDocument>;

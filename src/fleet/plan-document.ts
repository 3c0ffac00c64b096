import { z } from "zod";
import type { SourceOutcome } from "../domain/history/running.ts";
import type { ReadOf } from "../domain/report/fields.ts";

/** Why there is no scan. */
export const targetError = z.object({ code: z.string(), what: z.string(), remedy: z.string() });

const shardEntry = z.object({
  /** `1/8`. */
  shard: z.string(),
  /** One image a line, as JSON; the first line of the first shard has the sources. Or all of these lines, packed. */
  images: z.string(),
});
export const matrixSchema = z.object({ include: z.array(shardEntry).min(1) });

/** A workflow's matrix: one job for each entry. */
export type Matrix = ReadOf<typeof matrixSchema>;
/** One job's share, as its inputs `shard` and `images`. */
export type ShardEntry = Matrix["include"][number];

const source = z.object({
  source: z.string(),
  images: z.int().nonnegative(),
  notes: z.array(z.string()),
  error: targetError.optional(),
}) satisfies z.ZodType<SourceOutcome>;

/** The line with the sources. */
export const sourcesLine = z.object({ version: z.literal(1), sources: z.array(source) });

/** A line of {@link ShardEntry.images}. */
export const imageLine = z.object({
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
export type ImageLine = ReadOf<typeof imageLine>;

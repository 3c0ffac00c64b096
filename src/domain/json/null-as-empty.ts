import type { z } from "zod";

/** A list or map, which is the empty one where it is absent or `null`: Go writes as `null` what was never filled. */
export function orEmpty<Filled extends z.ZodType>(schema: Filled, empty: z.output<Filled>) {
  return schema.nullish().transform((value) => value ?? empty);
}

import type { z } from "zod";
import { BadVex } from "./claim.ts";

/**
 * A value by its format's schema; the file's own text is never quoted.
 * @throws BadVex with the place of the first mistake
 */
export function parsedAs<T>(format: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path ?? [];
  throw new BadVex(`is not valid ${format} (at ${path.join(".") || "the top"})`);
}

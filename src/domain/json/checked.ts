import type { z } from "zod";

/** The fault of a document in one of Image Gate's own formats: a clause that quotes only keys of it. */
export class Malformed extends Error {}

/**
 * Validates a value.
 * @throws Malformed with the place of the first fault
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const place = placeOf(issue?.path ?? []);
  const at = place === "" ? "" : ` at \`${place}\``;
  throw new Malformed(
    issue?.code === "unrecognized_keys"
      ? `it has the unknown key ${JSON.stringify(issue.keys[0]?.slice(0, 100))}${at}`
      : `it has a wrong or missing value${at}`,
  );
}

/** @param what the document's name in the message: `it` @throws Malformed */
export function parsedJson(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new Malformed(`${what} is not JSON`);
  }
}

/** For example `targets[0].verdict`. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key).slice(0, 100)}`))
    .join("")
    .replace(/^\./, "");
}

/** A list or map that is empty if absent or `null`: Go writes a list or map that was never filled as `null`. */
export function orEmpty<Filled extends z.ZodType>(schema: Filled, empty: z.output<Filled>) {
  return schema.nullish().transform((value) => value ?? empty);
}

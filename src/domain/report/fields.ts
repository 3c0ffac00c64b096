import type { z } from "zod";

/** A value whose lists and objects are only read: what a writer has can be given as it is. */
type Read<T> = T extends object ? { readonly [K in keyof T]: Read<T[K]> } : T;

/** What a schema describes, only to be read. */
export type ReadOf<S extends z.ZodType> = Read<z.output<S>>;

/**
 * Some fields of one of the report's objects, for a reader's own `z.object`. That ignores other fields, so that a
 * report of a newer gate can be read.
 */
export function fieldsOf<S extends z.core.$ZodShape, K extends keyof S>(
  { shape }: { readonly shape: S },
  ...names: readonly K[]
): Pick<S, K> {
  return Object.fromEntries(names.map((name) => [name, shape[name]])) as Pick<S, K>;
}

import type { z } from "zod";

/** A value with read-only lists and objects: a writer's values can be passed without a copy. */
type Read<T> = T extends object ? { readonly [K in keyof T]: Read<T[K]> } : T;

/** The read-only type of a schema's values. */
export type ReadOf<S extends z.ZodType> = Read<z.output<S>>;

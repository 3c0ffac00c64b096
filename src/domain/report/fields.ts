import type { z } from "zod";

/** A value whose lists and objects are only read: what a writer has can be given as it is. */
type Read<T> = T extends object ? { readonly [K in keyof T]: Read<T[K]> } : T;

/** What a schema describes, only to be read. */
export type ReadOf<S extends z.ZodType> = Read<z.output<S>>;

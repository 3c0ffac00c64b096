import type { z } from "zod";

/** Makes a function that takes from an object the fields that a schema names, in its order. */
export function fieldsOf<S extends z.ZodObject>({ shape }: S) {
  const keys = Object.keys(shape);
  return <T extends object>(from: T): Pick<T, keyof T & keyof z.output<S>> => {
    const taken: Record<string, unknown> = {};
    for (const key of keys) {
      const value = (from as Record<string, unknown>)[key];
      if (value !== undefined) taken[key] = value;
    }
    return taken as typeof from;
  };
}

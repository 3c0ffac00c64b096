import type { z } from "zod";

/** Makes a function that adds the fields that a schema names, in its order, to an object. */
export function fieldsOf<S extends z.ZodObject>({ shape }: S) {
  const keys = Object.keys(shape);
  return <T extends object, U extends object = object>(from: T, to?: U): U & Pick<T, keyof T & keyof z.output<S>> => {
    const taken = (to ?? {}) as Record<string, unknown>;
    for (const key of keys) {
      const value = (from as Record<string, unknown>)[key];
      if (value !== undefined) taken[key] = value;
    }
    return taken as U & typeof from;
  };
}

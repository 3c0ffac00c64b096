import type { z } from "zod";
import { isDay } from "../domain/dates.ts";
import { isObject } from "../domain/json/is-object.ts";

// Checks by hand, since a state may have half a million findings. For 100,000 of them JSON.parse takes 102 ms of CPU,
// and these checks take 45 ms. The same schema in zod takes 185 ms compiled or 295 ms interpreted (Node 24, 2 cores). A
// shard's report has as many findings again, and all packages.

/** Says that a stored document is not as we write it, and at which of its keys. */
export class Malformed extends Error {}

/** A check of one value; it throws {@link Malformed} with the place. */
export type Check = (value: unknown, at: string) => void;

interface NamedChecks {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

function fail(at: string, wanted: string): never {
  throw new Malformed(`${at} is not ${wanted}`);
}

/** A value as a mapping. @throws Malformed */
export function mappingOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : fail(at, "a mapping");
}

/** A mapping with these keys and no others. */
export function mapping({ required, optional }: NamedChecks): Check {
  const checks = new Map(Object.entries({ ...required, ...optional }));
  const needed = Object.keys(required);
  return (value, at) => {
    const object = mappingOf(value, at);
    let missing = needed.length;
    for (const key in object) {
      const check = checks.get(key);
      if (check === undefined) throw new Malformed(`${at} has the unknown key ${JSON.stringify(key)}`);
      check(object[key], key);
      if (Object.hasOwn(required, key)) missing -= 1;
    }
    if (missing > 0) throw new Malformed(`${at} lacks a key of ${needed.join(", ")}`);
  };
}

/** A check for each key of a type: a key that is added to the type must be added to its check. */
export type Keys<T> = { readonly [Key in keyof T]-?: Check };

type OptionalKey<T> = { [Key in keyof T]-?: undefined extends T[Key] ? Key : never }[keyof T] & string;

/** A mapping with the keys of a type. Others mean nothing to anybody, since the type does not have them. */
export function objectOf<T extends object>(keys: Keys<T>, optional: readonly OptionalKey<T>[] = []): Check {
  const checks = Object.entries<Check>(keys).map(([key, check]) => ({
    key,
    check,
    isNeeded: !optional.some((each) => each === key),
  }));
  return (value, at) => {
    const object = mappingOf(value, at);
    for (const { key, check, isNeeded } of checks) {
      const own = object[key];
      if (own !== undefined) check(own, key);
      else if (isNeeded) throw new Malformed(`${at} lacks the key ${key}`);
    }
  };
}

/** A list of what the check is about. */
export function listOf(check: Check, { least = 0 } = {}): Check {
  return (value, at) => {
    if (!Array.isArray(value) || value.length < least) fail(at, "such a list");
    for (const each of value as unknown[]) check(each, at);
  };
}

export const text: Check = (value, at) => {
  // Of any length: what an image's author can make too long to read would end the history of all others.
  if (typeof value !== "string") fail(at, "a text");
};

export const count: Check = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) fail(at, "a number");
};

export const day: Check = (value, at) => {
  if (typeof value !== "string" || !isDay(value)) fail(at, "a day");
};

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The last points in time that were right: a state has few, and each many times. */
const known = new Set<string>();

export const instant: Check = (value, at) => {
  if (typeof value !== "string") fail(at, "a point in time");
  if (known.has(value as string)) return;
  const isReal =
    INSTANT.test(value as string) &&
    isDay((value as string).slice(0, 10)) &&
    !Number.isNaN(Date.parse(value as string));
  if (!isReal) fail(at, "a point in time");
  if (known.size >= 10_000) known.clear();
  known.add(value as string);
};

export function oneOf(values: readonly unknown[]): Check {
  const allowed = new Set(values);
  return (value, at) => {
    if (!allowed.has(value)) fail(at, `one of ${values.join(", ")}`);
  };
}

export const yes: Check = (value, at) => {
  if (typeof value !== "boolean") fail(at, "true or false");
};

/** The checks of an object's keys by its schema, for {@link objectOf}. */
export function keysOf<S extends z.ZodObject>({ shape }: S): Keys<z.output<S>> {
  return Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, checkOf(field)])) as Keys<z.output<S>>;
}

/** The keys that a schema does not require, for {@link objectOf}. */
export function optionalIn<S extends z.ZodObject>({ shape }: S): OptionalKey<z.output<S>>[] {
  return Object.keys(shape).filter((key) => shape[key]?._zod.optin === "optional") as OptionalKey<z.output<S>>[];
}

/**
 * The check of what a schema describes. It is looser than the schema: a text may have any form, each number is a
 * {@link count}, and an object may have keys that mean nothing.
 */
export function checkOf(schema: z.core.$ZodType): Check {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return objectOf(keysOf(schema as z.ZodObject), optionalIn(schema as z.ZodObject));
    case "array":
      return listOf(checkOf(def.element));
    case "optional":
      return checkOf(def.innerType);
    case "enum":
      return oneOf(Object.values(def.entries));
    case "literal":
      return oneOf(def.values);
    case "string":
      return text;
    case "number":
      return count;
    case "boolean":
      return yes;
    default:
      throw new Error(`no check for ${def.type}`);
  }
}

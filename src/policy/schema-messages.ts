import { z } from "zod";
import { SEVERITIES, type Severity, type SeverityName, severityName } from "../domain/severity.ts";

/** A hundred years. A larger number is a typo, and today plus this must still have a year of four digits. */
const MAX_DAYS = 36_500;

interface Words {
  readonly error: (issue: { readonly input?: unknown }) => string;
}

/** zod's message for a value of the wrong kind. It never quotes values: the file might not be a policy at all. */
export function wants(kind: string): Words {
  return {
    error: ({ input }) => (input === undefined ? "is missing" : input === null ? "is empty" : `must be ${kind}`),
  };
}

/** Like {@link wants}, for values that YAML reads as a number or a boolean unless they are quoted. */
export function wantsText(kind: string): Words {
  const isPlain = (input: unknown): boolean => typeof input === "number" || typeof input === "boolean";
  return {
    error: (issue) => (isPlain(issue.input) ? `must be ${kind}; put it in quotes` : wants(kind).error(issue)),
  };
}

/** Like {@link wants}, for mappings. A text is usually `key:value`, which is not a mapping in YAML. */
export function wantsMapping(kind: string): Words {
  const hint = (input: unknown): string => (typeof input === "string" ? "; a colon needs a space behind it" : "");
  return { error: (issue) => `${wants(kind).error(issue)}${hint(issue.input)}` };
}

const LIMIT_WORDS = "must be a whole number from 0 up, or unlimited";

/** Schema of a limit: the highest number that still passes. */
export const limit = z.union(
  [
    withoutSign(z.int(LIMIT_WORDS).min(0, LIMIT_WORDS).max(Number.MAX_SAFE_INTEGER, LIMIT_WORDS)),
    z.literal("unlimited"),
  ],
  wants("a whole number from 0 up, or unlimited"),
);

/** A whole number of days. */
export const days = withoutSign(
  z.int(wants("a whole number of days")).min(0, "must not be negative").max(MAX_DAYS, `must be at most ${MAX_DAYS}`),
);

/** Turns `-0` into 0. */
export function withoutSign(schema: z.ZodNumber): z.ZodNumber {
  return schema.overwrite((value) => value + 0);
}

/** A list with a limited length. */
export function listOf<T extends z.ZodType>(item: T, kind: string, most: number, unit = "items"): z.ZodArray<T> {
  return z.array(item, wants(kind)).max(most, `has more than ${most} ${unit}`);
}

type Camel<Key> = Key extends `${infer Start}-${infer Rest}` ? `${Start}${Capitalize<Camel<Rest>>}` : Key;

/** The file's mapping with the code's keys: `maxDays` for `max-days`. */
export function camelKeys<T extends object>(file: T): { [Key in keyof T as Camel<Key>]: T[Key] } {
  const camel = (key: string) => key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const entries = Object.entries(file).map(([key, value]) => [camel(key), value]);
  return Object.fromEntries(entries) as { [Key in keyof T as Camel<Key>]: T[Key] };
}

/** The file's values with the code's severities as keys. */
export function bySeverity<T>(
  values: Partial<Readonly<Record<SeverityName, T | undefined>>>,
): Partial<Record<Severity, T>> {
  const given = SEVERITIES.map((severity) => [severity, values[severityName(severity)]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

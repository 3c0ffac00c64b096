import { urlToHttpOptions } from "node:url";
import { z } from "zod";
import { unique } from "../domain/collections.ts";
import { closest } from "../domain/did-you-mean.ts";
import type { Limit } from "../domain/severity.ts";
import { input } from "./input-facts.ts";

/** Kinds of input, from which each action builds its schema. A kind that accepts empty text defines what it means. */

/** A length of time. */
export type Milliseconds = number;

/** Maximum number of items of one input. With more, no log or comment is of use. */
const MAX_ITEMS = 500;
/** The longest path on Linux; image references are shorter. */
const MAX_ITEM_LENGTH = 4096;
const LINE_END = /\r?\n|\r/;

const text = z.string().transform((value) => value.trim());

/** Reports a mistake in a value. The input's name is put before the message. */
function wrong(context: z.core.$RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

/** One text; empty means none. */
export const optional = text.transform((value) => (value === "" ? undefined : value));

/** A text of this form; empty means none. */
export function matching(form: RegExp, must: string) {
  return optional.refine((value) => value === undefined || form.test(value), must);
}

/**
 * A text with a meaning, such as a number; empty means none.
 * @param must what a text without a meaning must be
 */
function meaning<T>(meaningOf: (value: string) => T | undefined, must: string) {
  return text.transform((value, context): T | undefined => {
    if (value === "") return undefined;
    return meaningOf(value) ?? wrong(context, `must be ${must}, not ${shown(value)}`);
  });
}

/** The same field, for which empty text means `fallback`. */
export function withDefault<T>(field: z.ZodType<T | undefined, string>, fallback: string) {
  const filled = text.transform((value) => (value === "" ? fallback : value));
  return input(
    filled.pipe(field).transform((value) => value as T),
    { initially: fallback },
  );
}

/** The same field, which must not be empty. @param otherwise the message if it is, after the input's name */
export function required<T>(field: z.ZodType<T | undefined, string>, otherwise: string) {
  const filled = field.transform((value, context): T => value ?? wrong(context, otherwise));
  return input(filled, { required: true });
}

/** One item on each line. */
export const lines = z
  .string()
  .transform((value): readonly string[] => linesOf(value))
  .refine((items) => items.length <= MAX_ITEMS, `has more than ${MAX_ITEMS} lines`)
  .refine((items) => !items.some((item) => /[\u0000-\u001f\u007f]/.test(item)), "has a control character in it")
  .refine((items) => items.every((item) => item.length <= MAX_ITEM_LENGTH), "has a line that is too long");

/** The same, each item once. */
export const uniqueLines = lines.transform(unique);

/** Paths to leave out, one on each line. Scanners' own flags separate them by commas, which no honest path has. */
export const skipped = lines.transform((items, context): readonly string[] => {
  const several = items.find((item) => item.includes(","));
  if (several === undefined) return items;
  const each = split(several, /,/).map((path) => JSON.stringify(path));
  return wrong(context, `must have each path as its own item: ${each.join(", then ")}`);
});

/** A comma-separated list of a few known words; empty means `fallback`. */
export function wordList<const T extends string>(words: readonly T[], fallback: readonly T[]) {
  const field = z.string().transform((value, context): readonly T[] => {
    const items = split(value, /[,\r\n]+/);
    if (items.length === 0) return fallback;
    const unknown = items.find((item) => !words.some((each) => each === item));
    if (unknown === undefined) return [...new Set(items)] as unknown as readonly T[];
    return wrong(context, oneOf(unknown, words));
  });
  return fallback.length === 0 ? field : input(field, { initially: fallback.join(",") });
}

/** One of a few words; empty means `fallback`. */
export function word<const T extends string>(words: readonly T[], fallback: T) {
  const field = text.transform(
    (value, context): T => words.find((each) => each === value) ?? wrong(context, oneOf(value, words)),
  );
  return withDefault(field, fallback);
}

/** `true` or `false`; empty means not set. */
export const optionalSwitch = meaning(
  (value) => /^(?:true|True|TRUE)$/.test(value) || (/^(?:false|False|FALSE)$/.test(value) ? false : undefined),
  "`true` or `false`",
);

/** `true` or `false`; empty means `fallback`. */
export function switchOr(fallback: boolean) {
  return withDefault(optionalSwitch, String(fallback));
}

const MOST_FINDINGS = 999_999_999;

/** A number of findings, or `unlimited`; empty means not set. */
export const limit = meaning(
  (value): Limit | undefined => (value === "unlimited" ? value : wholeNumber(value, 0, MOST_FINDINGS)),
  `a whole number from 0 to ${MOST_FINDINGS}, or \`unlimited\``,
);

/** A whole number; empty means not set. */
export function optionalCount(least: number, most: number) {
  return meaning((value) => wholeNumber(value, least, most), `a whole number from ${least} to ${most}`);
}

function wholeNumber(value: string, least: number, most: number): number | undefined {
  return /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most ? Number(value) : undefined;
}

/** A time between two others, such as `1d`, `36h`, `1h30m`, `90s`; empty means not set. */
export function optionalDuration(least: string, most: string, examples: string) {
  return meaning((value) => {
    const total = milliseconds(value);
    return total >= milliseconds(least) && total <= milliseconds(most) ? total : undefined;
  }, `a time such as ${examples}, at least \`${least}\` and at most \`${most}\``);
}

/** How old something may be, up to a year; empty means `fallback`. */
export function age(fallback: string, least: string) {
  return withDefault(optionalDuration(least, "365d", `\`${fallback}\`, \`36h\` or \`1d12h\``), fallback);
}

/** Not a number: it is not a time. */
function milliseconds(value: string): Milliseconds {
  const match = /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(value);
  const [days = Number.NaN, hours = 0, minutes = 0, seconds = 0] =
    match?.slice(1).map((part) => Number(part ?? 0)) ?? [];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** Platforms, one on each line, each once; or `all`. */
export const platforms = lines
  .refine(
    (items) =>
      (items.length === 1 && items[0] === "all") ||
      items.every((item) => /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(item)),
    "must be platforms such as `linux/arm64` or `linux/arm/v7`, each its own item, or `all` alone",
  )
  .transform(unique);

/** A SHA-256 as digits only, in lower case. */
export const sha256 = matching(/^(?:sha256:)?[0-9a-fA-F]{64}$/, "must be a SHA-256: 64 hexadecimal digits").transform(
  (value) => value?.toLowerCase().replace(/^sha256:/, ""),
);

/** The exact version of a program. */
export const version = matching(
  /^v?\d{1,4}\.\d{1,4}\.\d{1,4}$/,
  "must be an exact version: three numbers with dots between them",
);

/** Base URL of a mirror, without a trailing slash. */
export const mirror = optional
  .refine(
    (value) => value === undefined || isMirror(value),
    "must be the `https://` or `http://` base URL of a mirror, without credentials, query or fragment",
  )
  .transform((value) => value?.replace(/(?<!\/)\/+$/, ""));

/**
 * An address of a service, with or without `user:password@`, which is taken out of it. Without a trailing slash. No
 * message shows it, as it may be a secret.
 */
export const serviceWithLogin = optional.transform((value, context) => {
  if (value === undefined) return undefined;
  try {
    const url = new URL(value);
    const login = urlToHttpOptions(url).auth ?? undefined;
    Object.assign(url, { username: "", password: "" });
    if (isMirror(url.href) && /^[\x20-\x39\x3b-\x7e]+:[\x20-\x7e]*$/.test(login ?? "none:"))
      return { base: url.href.replace(/(?<!\/)\/+$/, ""), login };
  } catch {
    // Not a URL, or its login cannot be decoded.
  }
  return wrong(
    context,
    "must be an `https://` or `http://` address, without query or fragment; a login in it is `user:password@`",
  );
});

/** A token, or user and password, that HTTP can send. */
export const httpLogin = matching(
  /^[\x21-\x7e][\x20-\x7e]*$/,
  "must be one line of plain ASCII, as an HTTP header needs it",
);

/**
 * Repositories of a registry, separated by lines or commas.
 * @param example a repository for the error message
 */
export function repositories(example: string) {
  return lines
    .transform((items) => items.flatMap((item) => split(item, /,/)))
    .refine(
      (items) => items.every(isRepository),
      `must be repositories such as \`${example}\`, one a line, in lower case, without \`https://\``,
    );
}

/** Mirrors of databases, or archives followed by their SHA-256, one on each line, each once. */
export const databasePlaces = uniqueLines.refine(
  (items) => items.every((item) => /^.+@sha256:[0-9a-fA-F]{64}$/.test(item) || isMirror(item)),
  "must be base URLs of mirrors (`https://…`, without credentials), or archives with `@sha256:` and 64 hexadecimal digits behind them",
);

function isMirror(item: string): boolean {
  const url = URL.canParse(item) ? new URL(item) : undefined;
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    [url.username, url.password, url.search, url.hash].join("") === ""
  );
}

function isRepository(item: string): boolean {
  const match = /^[\w.-]+(?::(\d{1,5}))?(?:\/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.exec(item);
  return match !== null && Number(match[1] ?? 1) >= 1 && Number(match[1] ?? 1) <= 65_535;
}

/** A name that the user chooses, for a heading. */
export const shortName = matching(/^.{0,200}$/s, "is longer than 200 characters");

/** The non-empty lines of a text, trimmed. */
export function linesOf(value: string): string[] {
  return split(value, LINE_END);
}

/** `base-image` as a name in the code: `baseImage`. */
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/** An action's inputs by their names in the code. */
export type CamelKeys<Data> = { readonly [Name in keyof Data as Camel<Name & string>]: Data[Name] };

/** Renames inputs from their names in action.yml to their names in the code. */
export function camelKeys<Data extends object>(data: Data): CamelKeys<Data> {
  const camel = (name: string) => name.replace(/-(.)/g, (_, first: string) => first.toUpperCase());
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [camel(name), value])) as CamelKeys<Data>;
}

function split(value: string, separator: RegExp): string[] {
  return value
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function oneOf(value: string, words: readonly string[]): string {
  const meant = closest(value, words);
  const list = words.map((each) => `\`${each}\``).join(", ");
  return `must be one of ${list}, not ${shown(value)}${meant === undefined ? "" : ` (did you mean \`${meant}\`?)`}`;
}

/** The user's value or name, shortened, on one line. */
export function shown(value: string): string {
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return JSON.stringify(short);
}

import { interpolate, type Lookup, NoValue } from "./interpolate.ts";

/** Variables by name. One that needs what is not set has no value, which matters only if it is used. */
export type Variables = ReadonlyMap<string, string | NoValue>;

export interface EnvFile {
  readonly variables: Variables;
  /** The file cannot be read beyond this line. */
  readonly wrong?: { readonly line: number; readonly why: string } | undefined;
}

/** White space of Go's `unicode.IsSpace`. */
const SPACE = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const BEFORE = new RegExp(`(?:${SPACE}+|#[^\\n]*)*`, "y");
const EXPORT = /export[\t\n\f\r ]+/y;
/** Spaces in a line, as compose-go's `dotenv` has them. */
const BLANKS = /[\t\v\f\r \u0085\u00a0]*/y;
const KEY = /[\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00a0]*/uy;
const TRAILING = new RegExp(`(?<!${SPACE})${SPACE}+$`);
const ESCAPE = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;

const ESCAPED: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "\\": "\\",
};

/**
 * Reads a `.env` file by Compose's rules
 * (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/, compose-go's `dotenv`). A
 * name without a value would be taken from the environment there; here it stays as it is.
 * @param outer variables that count before those of the file
 */
export function readEnvFile(text: string, outer: Variables): EnvFile {
  const variables = new Map<string, string | NoValue>();
  const lookup = lookupIn([outer, variables]);
  let at = 0;
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const [skipped = ""] = pattern.exec(text) ?? [];
    at += skipped.length;
    return skipped;
  };
  const stop = (why: string) => ({ variables, wrong: { line: text.slice(0, at).split("\n").length, why } });
  for (skip(BEFORE); at < text.length; skip(BEFORE)) {
    skip(EXPORT);
    const key = skip(KEY).replace(TRAILING, "");
    const next = text[at];
    if (next !== undefined && !/[=:\n]/.test(next)) return stop("a name has letters, digits and . _ - only");
    if (key.includes(" ")) return stop("a name has no space in it");
    at += 1;
    if (next === undefined || next === "\n") continue;
    skip(BLANKS);
    const value = valueAt(text, at);
    if (value === undefined) return stop("a quote is not closed");
    at = value.end;
    variables.set(key, resolved(key, value, lookup));
  }
  return { variables };
}

/** Looks a variable up in several sets; the first that has it counts. */
export function lookupIn(sets: readonly Variables[]): Lookup {
  return (name) => {
    const value = sets.find((set) => set.has(name))?.get(name);
    if (value instanceof NoValue) throw value;
    return value;
  };
}

/** One set of variables; the first that has one counts. */
export function flat(sets: readonly Variables[]): Variables {
  return new Map([...sets].reverse().flatMap((set) => [...set]));
}

interface Raw {
  readonly template: string;
  readonly isLiteral: boolean;
  readonly end: number;
}

function valueAt(text: string, start: number): Raw | undefined {
  const quote = text[start];
  if (quote === '"' || quote === "'") return quotedAt(text, start, quote);
  const line = text.indexOf("\n", start);
  const end = line === -1 ? text.length : line;
  const [value = ""] = text.slice(start, end).split(" #", 1);
  return { template: value.replace(TRAILING, ""), isLiteral: false, end };
}

function quotedAt(text: string, start: number, quote: string): Raw | undefined {
  let end = start + 1;
  while (end < text.length && text[end] !== quote) end += text[end] === "\\" ? 2 : 1;
  if (end >= text.length) return undefined;
  // A backslash escapes the quote, and is left before anything else.
  const inner = text.slice(start + 1, end).replaceAll(`\\${quote}`, quote);
  const isLiteral = quote === "'";
  return { template: isLiteral ? inner : inner.replace(ESCAPE, unescaped), isLiteral, end: end + 1 };
}

/**
 * An escape of Go's text literals, of which Compose takes some. `\$` becomes `$$`, which the variables' resolution
 * ends.
 */
function unescaped(sequence: string): string {
  const rest = sequence.slice(1);
  if (rest === "$") return "$$";
  if (!rest.startsWith("0")) return ESCAPED[rest] ?? sequence;
  const octal = rest.slice(1);
  const code = Number.parseInt(octal, 8);
  return /^[0-7]{3}$/.test(octal) && code < 256 ? String.fromCharCode(code) : `\\${octal}`;
}

function resolved(key: string, { template, isLiteral }: Raw, lookup: Lookup): string | NoValue {
  if (isLiteral) return template;
  try {
    return interpolate(template, lookup);
  } catch (thrown) {
    if (thrown instanceof NoValue) return new NoValue(`${key} has no value in .env: ${thrown.message}`);
    throw thrown;
  }
}

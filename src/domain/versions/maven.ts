import { compareDigits, compareEach, compareText, orderBy } from "./order.ts";

/** A number after a dot, a number after a hyphen (or after letters), or a qualifier. */
interface Token {
  readonly kind: "dotted" | "hyphened" | "qualifier";
  readonly text: string;
}

/** In ascending order: `1-x`, then `1-1`, then `1.1`. */
const KINDS = ["qualifier", "hyphened", "dotted"];
const QUALIFIERS = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
const ALIASES = new Map(Object.entries({ ga: "", final: "", release: "", cr: "rc" }));
/** Only if a number follows directly: `1-a1`. */
const SHORT = new Map(Object.entries({ a: "alpha", b: "beta", m: "milestone" }));

/** Maven's order (https://maven.apache.org/pom.html#version-order-specification). */
export const compareMaven = orderBy(parse, (a, b) => compareEach(a, b, compareTokens));

function parse(text: string): Token[] | undefined {
  if (!/^\d[\w.+-]*$/.test(text)) return undefined;
  const parts = text.toLowerCase().match(/[.-]|\d+|[^\d.-]+/g) ?? [];
  const tokens: Token[] = [];
  let before = ".";
  parts.forEach((part, index) => {
    const next = parts[index + 1] ?? "";
    if (part === "." || part === "-") {
      before = part;
      // Nothing between two separators means 0.
      if (next === "." || next === "-") tokens.push(numberToken("0", before));
      return;
    }
    tokens.push(/\d/.test(part) ? numberToken(part, before) : qualifierToken(part, /\d/.test(next)));
    // A change between digits and letters counts as a hyphen.
    before = "-";
  });
  return trimmed(tokens);
}

function numberToken(text: string, before: string): Token {
  return { kind: before === "." ? "dotted" : "hyphened", text };
}

function qualifierToken(text: string, beforeNumber: boolean): Token {
  const word = (beforeNumber ? SHORT.get(text) : undefined) ?? text;
  return { kind: "qualifier", text: ALIASES.get(word) ?? word };
}

/** Removes empty tokens at the end and before each hyphen: `1.0.0-x` is `1-x`. */
function trimmed(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  for (const token of tokens.toReversed()) {
    const next = kept.at(-1);
    if (!(isNothing(token) && (next === undefined || next.kind !== "dotted"))) kept.push(token);
  }
  return kept.reverse();
}

function isNothing({ kind, text }: Token): boolean {
  return kind === "qualifier" ? text === "" : /^0+$/.test(text);
}

/** Pads the shorter version with the empty token that fits the longer one's token. */
function compareTokens(a: Token | undefined, b: Token | undefined): number {
  const x = a ?? emptyToken(b);
  const y = b ?? emptyToken(a);
  if (x.kind !== y.kind) return KINDS.indexOf(x.kind) - KINDS.indexOf(y.kind);
  return x.kind === "qualifier" ? compareText(sortable(x.text), sortable(y.text)) : compareDigits(x.text, y.text);
}

function emptyToken(token: Token | undefined): Token {
  return token?.kind === "dotted" ? { kind: "dotted", text: "0" } : { kind: "qualifier", text: "" };
}

/** A sort key: known qualifiers in their order, then all others by text. */
function sortable(qualifier: string): string {
  const known = QUALIFIERS.indexOf(qualifier);
  return known < 0 ? `${QUALIFIERS.length}-${qualifier}` : String(known);
}

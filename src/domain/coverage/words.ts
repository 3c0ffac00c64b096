import type { Advice, Gap } from "../coverage.ts";
import { listSome } from "../list-some.ts";
import { clipped } from "../one-line.ts";

// How the messages about coverage name the target's contents. All of these names are untrusted.

/** Highest number of items that one message names. */
const MOST_NAMED = 5;
/** Longest name, version or path in a message, in UTF-16 code units. */
const LONGEST = 200;

export function shortened(text: string): string {
  return clipped(text, LONGEST);
}

/** Some of the texts, and the number of the others. */
export function someOf(texts: readonly string[]): string {
  return listSome(texts, MOST_NAMED, { show: shortened });
}

/** Some of the gaps, as clauses. */
export function someGaps(gaps: readonly Gap[]): string {
  return listSome(gaps, MOST_NAMED, { show: ({ what }) => what, clauses: true });
}

/** `debian 12.8`. */
export function systemName({ family, name }: { readonly family: string; readonly name: string }): string {
  return `${family} ${name}`.trim();
}

/** The gap for an item of the target that the scanner does not list. */
export function unaccounted(what: string, advice: Advice, path?: string): Gap {
  return { code: "packages-unaccounted", what, ...advice, path };
}

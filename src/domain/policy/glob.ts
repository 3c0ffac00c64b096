import { confirmedForms, hasUnconfirmedTag, referenceForms } from "../image/reference.ts";
// Globs support only `*` (any characters within one path segment), `**` (any characters, including `/`) and `?` (one
// character except `/`). Brackets, braces, `!` and `\` are literal. A whole segment `**` can also match no directory at
// all: `a/**/b` matches `a/b`. A dot at the start of a name is not special. Case matters, and the whole text must
// match. Leading slashes of pattern and text are ignored.

/** Limit on comparisons of positions for a policy's patterns and all findings of a target: a few seconds. */
export const MOST_WORK = 200_000_000;

/**
 * Matching the patterns takes too long, as only malicious patterns and texts do. Callers turn it into an error of the
 * run.
 */
export class PatternsTooCostly extends Error {
  override readonly name = "PatternsTooCostly";
  readonly code: string = "patterns-too-costly";
  readonly what = "The patterns (`*`, `**`, `?`) and the texts that they are compared with have too many ways to match";
  readonly remedy =
    "Write fewer patterns, or patterns with fewer stars: `**/name` instead of a star between all letters.";
}

/** A part of a pattern: from ascending start positions in a text, it returns the positions where it can end. */
type Part = (text: string, from: readonly number[]) => readonly number[];

const one: Part = (text, from) =>
  from
    .filter((at) => at < text.length && text[at] !== "/")
    .map((at) => at + ((text.codePointAt(at) as number) > 0xffff ? 2 : 1));

const star: Part = (text, from) => {
  const found: number[] = [];
  for (const start of from) {
    let at = Math.max(start, (found.at(-1) ?? -1) + 1);
    // Positions after one that was already found are known, up to the next slash.
    while (at <= text.length && (at === start || text[at - 1] !== "/")) found.push(at++);
  }
  return found;
};

/** `**`: every position. As a whole segment with its slash: the end of every directory. */
const anywhere =
  (isSegment: boolean): Part =>
  (text, [start = text.length + 1]) => {
    const found: number[] = [];
    for (let at = start; at <= text.length; at++)
      if (!isSegment || at === start || text[at - 1] === "/") found.push(at);
    return found;
  };

function literal(part: string): Part {
  return (text, from) => from.filter((at) => text.startsWith(part, at)).map((at) => at + part.length);
}

/** The parts of a pattern without leading slashes, in which each run of `**` directories is reduced to one. */
function partsOf(glob: string): Part[] {
  return [...glob.matchAll(/(?<=^|\/)\*{2,}\/|\*{2,}|\*|\?|[^*?]+/g)].map(([word]) => {
    if (word.startsWith("**")) return anywhere(word.endsWith("/"));
    return word === "?" ? one : word === "*" ? star : literal(word);
  });
}

/**
 * Tests whether a text matches the glob. The top of this file describes the syntax. Takes time in proportion to pattern
 * and text: each part of the pattern examines each position at most once.
 * @param work number of positions that may still be examined, by all matchers that share it
 * @throws PatternsTooCostly, from the returned function
 */
export function compileGlob(pattern: string, work?: { left: number }): (text: string) => boolean {
  const glob = pattern.replace(/^\/+/, "").replace(/(?<=^|\/)(?:\*{2,}\/)+/g, "**/");
  const parts = partsOf(glob);
  // Most texts differ from a pattern in their first or last letters.
  const [first = ""] = /^[^*?]*/.exec(glob) ?? [];
  const last = glob.slice(Math.max(...["*", "?", "/"].map((sign) => glob.lastIndexOf(sign))) + 1);
  return (given) => {
    const text = given.replace(/^\/+/, "");
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let ends: readonly number[] = [0];
    for (const part of parts) {
      ends = part(text, ends);
      if (work === undefined) continue;
      work.left -= ends.length;
      if (work.left < 0) throw new PatternsTooCostly();
    }
    return ends.at(-1) === text.length;
  };
}

export interface GlobRule<T> {
  readonly glob: string;
  readonly value: T;
}

/** Matches a text against many globs. Returns the values of all matching globs, without duplicates. */
export function compileGlobs<T>(rules: readonly GlobRule<T>[]): (text: string) => readonly T[] {
  const matchers = rules.map(({ glob, value }) => ({ isMatch: compileGlob(glob), value }));
  return (text) => [...new Set(matchers.flatMap(({ isMatch, value }) => (isMatch(text) ? [value] : [])))];
}

/** An item that applies to some images. */
interface ForImages {
  /** Globs. */
  readonly images?: readonly string[] | undefined;
}

/** The items that match an image. */
export interface ImageMatches<T> {
  /** Those that match any form of its names. */
  readonly all: ReadonlySet<T>;
  /**
   * The same, without matches that depend on an unconfirmed tag: in `app:prod@sha256:…` the author of the reference
   * chooses the tag, whatever image the digest is of. Rules that let more through use these.
   */
  readonly confirmed: ReadonlySet<T>;
}

/**
 * Tests which globs an image with several names matches: as typed, and with and without their tag or digest. So
 * `ghcr.io/acme/app` covers all its tags. References are not expanded: `alpine` is not `docker.io/library/alpine`.
 * @returns finds the items with a glob that matches any of an image's names
 */
export function compileImageGlobs<T extends ForImages>(
  items: readonly T[],
): (references: readonly string[]) => ImageMatches<T> {
  const rules = items.flatMap((value) => (value.images ?? []).map((glob) => ({ glob, value })));
  const matching = compileGlobs(rules);
  const valuesOf = (forms: readonly string[]) => new Set(forms.flatMap((form) => [...matching(form)]));
  let byContent: ReturnType<typeof compileGlobs<T>> | undefined;
  return (references) => {
    const all = valuesOf(references.flatMap(referenceForms));
    if (!references.some(hasUnconfirmedTag)) return { all, confirmed: all };
    const forms = references.flatMap(confirmedForms);
    byContent ??= compileGlobs(rules.flatMap(digestRule));
    const confirmed = valuesOf(forms);
    for (const form of forms) for (const value of byContent(form)) confirmed.add(value);
    return { all, confirmed };
  };
}

/** A rule for `app:1.0@sha256:…` applies to that content under any tag, so the tag is removed. */
function digestRule<T>({ glob, value }: GlobRule<T>): GlobRule<T>[] {
  const at = glob.lastIndexOf("@");
  const colon = at === -1 ? -1 : glob.lastIndexOf(":", at);
  if (colon <= glob.lastIndexOf("/", at) || !/^@[a-z0-9]+:[0-9a-f]+$/.test(glob.slice(at))) return [];
  return [{ glob: glob.slice(0, colon) + glob.slice(at), value }];
}

import { memoize } from "../memoize.ts";

/** Returns less than 0, 0, or more than 0, like an `Array.sort` callback. Undefined: a text is not a valid version. */
export type CompareVersions = (a: string, b: string) => number | undefined;

/** Compares items of two lists. Undefined: the list has no such item. */
type CompareItems<T> = (a: T | undefined, b: T | undefined) => number;

/** The order of texts that a parser accepts. */
export function orderBy<T>(
  parse: (text: string) => T | undefined,
  compare: (a: T, b: T) => number | undefined,
): CompareVersions {
  // Each is compared with many others.
  const read = memoize(parse);
  return (a, b) => {
    const x = read(a);
    const y = read(b);
    return x === undefined || y === undefined ? undefined : compare(x, y);
  };
}

/** Compares two optional texts. A missing text comes first. */
export function missingFirst(compare: (a: string, b: string) => number): CompareItems<string> {
  return (a, b) =>
    a === undefined || b === undefined ? Number(b === undefined) - Number(a === undefined) : compare(a, b);
}

/** Compares numbers of any length, given as decimal digits. An empty text is 0. */
export function compareDigits(a: string, b: string): number {
  const x = withoutZeros(a);
  const y = withoutZeros(b);
  return x.length - y.length || compareText(x, y);
}

function withoutZeros(digits: string): string {
  return digits.startsWith("0") ? digits.replace(/^0+/, "") : digits;
}

/** Compares by UTF-16 code units. */
export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** A piece of a version. Pieces of different ranks are ordered by rank, regardless of their text. */
export interface Piece {
  readonly rank: number;
  readonly text: string;
}

/** Compares two lists of pieces. @param end the value for a missing piece */
export function comparePieces(a: readonly Piece[], b: readonly Piece[], end: Piece): number {
  return compareEach<Piece>(a, b, ({ rank, text } = end, other = end) => {
    const compare = /^\d*$/.test(text) ? compareDigits : compareText;
    return rank - other.rank || compare(text, other.text);
  });
}

/** Compares two lists item by item. Returns the first difference, or 0 if there is none. */
export function compareEach<T>(a: readonly T[], b: readonly T[], compare: CompareItems<T>): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = compare(a[index], b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

const SYNTAX = /^[vV]?(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * SemVer's precedence (https://semver.org/#spec-item-11). Missing numbers are 0. Also accepts Go's leading `v` and
 * NuGet's fourth number.
 */
export const compareSemver = orderBy(
  (text) => SYNTAX.exec(text) ?? undefined,
  ([, a = "", one], [, b = "", other]) => compareDotted(a, b) || comparePreReleases(one, other),
);

/** Compares numbers separated by dots. Missing ones are 0. */
export function compareDotted(a: string, b: string): number {
  return compareEach(a.split("."), b.split("."), (x = "", y = "") => compareDigits(x, y));
}

function comparePreReleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareEach(
    a.split("."),
    b.split("."),
    missingFirst((x, y) => compareWords(x, y, -1)),
  );
}

/** Compares numbers as numbers, and all other items as text. @param mixed the order of a number and a word */
export function compareWords(a: string, b: string, mixed: 1 | -1): number {
  const isNumber = /^\d+$/.test(a);
  if (isNumber !== /^\d+$/.test(b)) return isNumber ? mixed : -mixed;
  return isNumber ? compareDigits(a, b) : compareText(a, b);
}

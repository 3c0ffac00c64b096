import { compareVersions } from "../versions/compare.ts";
import { compareText } from "../versions/order.ts";

/** A version's place in the order; versions that mean the same share one. */
type Ranks = ReadonlyMap<string, number>;
/** Versions, oldest first. */
type Ascending = readonly string[];

/**
 * The smallest version above the installed one that clears all findings of a package. Each list holds one finding's
 * fixed versions, which are alternatives: one for each branch that got a fix.
 * Undefined where the order of the versions is not known, or where a finding's fixes are all older than what is
 * installed ({@link isOnlyOlder} tells). A single version that all findings name needs no order.
 */
export function clearingVersion(
  ecosystem: string,
  installed: string,
  fixes: readonly (readonly string[])[],
): string | undefined {
  const named = [...new Set(fixes.flat())];
  const first = named[0] as string;
  if (named.length === 1) return mayBeAbove(ecosystem, first, installed) ? first : undefined;
  if (fixes.every((list) => list.length === 1)) return newest(ecosystem, installed, named);
  const ranks = ranksOf(ecosystem, [...named, installed]);
  if (ranks === undefined) return undefined;
  const rank = (version: string) => ranks.get(version) as number;
  const ascending = (versions: readonly string[]) =>
    versions.toSorted((a, b) => rank(a) - rank(b) || compareText(a, b));

  const lists = distinct(fixes).map(ascending);
  let least = 0;
  for (const list of lists) {
    const newer = list.map(rank).find((each) => each > rank(installed));
    least = Math.max(least, newer ?? Number.POSITIVE_INFINITY);
  }
  return ascending(named).find(
    (version) => rank(version) >= least && lists.every((list) => clears(version, list, rank)),
  );
}

/** Of fixes that are no alternatives the newest clears all; of several that mean the same the first by its text. */
function newest(ecosystem: string, installed: string, fixes: readonly string[]): string | undefined {
  let best = installed;
  for (const fix of fixes.toSorted(compareText)) {
    if ((compareVersions(ecosystem, fix, installed) ?? 0) <= 0) return undefined;
    // Both are known by now: each was compared with what is installed.
    if ((compareVersions(ecosystem, fix, best) as number) > 0) best = fix;
  }
  return best;
}

/** Whether all fixes are known not to be newer than what is installed: no upgrade leads to one of them. */
export function isOnlyOlder(ecosystem: string, installed: string, fixes: readonly string[]): boolean {
  return !fixes.some((fix) => mayBeAbove(ecosystem, fix, installed));
}

/**
 * What one finding's package is to be raised to: the smallest fixed version above the installed one; all that may be above
 * it, where their order is not known; none where all fixes are older.
 */
export function advisedVersions(ecosystem: string, installed: string, fixes: readonly string[]): readonly string[] {
  const clearing = clearingVersion(ecosystem, installed, [fixes]);
  if (clearing !== undefined) return [clearing];
  return fixes.filter((fix) => mayBeAbove(ecosystem, fix, installed));
}

/** Whether it is newer, or nobody knows. */
function mayBeAbove(ecosystem: string, fix: string, installed: string): boolean {
  return (compareVersions(ecosystem, fix, installed) ?? 1) > 0;
}

/** Undefined where two of the versions cannot be compared. */
function ranksOf(ecosystem: string, versions: readonly string[]): Ranks | undefined {
  let known = true;
  const compare = (a: string, b: string) => {
    const order = compareVersions(ecosystem, a, b);
    if (order === undefined) known = false;
    return order ?? 0;
  };
  const ranks = new Map<string, number>();
  let last: string | undefined;
  let rank = 0;
  for (const version of versions.toSorted(compare)) {
    if (last !== undefined && compare(last, version) !== 0) rank += 1;
    ranks.set(version, rank);
    last = version;
  }
  return known ? ranks : undefined;
}

/**
 * Whether a version has the fix: it is not older than the fix of its own branch, which is the newest of those whose
 * leading numbers agree furthest with it. (4.2.5 has no fix where 4.1.13 and 4.2.7 are the fixes; 4.3.0 has.)
 */
function clears(version: string, fixed: Ascending, rank: (version: string) => number): boolean {
  const agreeing = fixed.map((fix) => agreement(version, fix));
  const furthest = Math.max(...agreeing);
  const branch = fixed.findLast((_, index) => agreeing[index] === furthest) as string;
  return rank(version) >= rank(branch);
}

/** How many of the leading numbers are the same: 2 for 4.2.5 and 4.2.7. */
function agreement(a: string, b: string): number {
  const x = leadingNumbers(a);
  const y = leadingNumbers(b);
  const first = x.findIndex((number, index) => number !== y[index]);
  return first < 0 ? x.length : first;
}

function leadingNumbers(version: string): string[] {
  return /(?<=^v?)\d+(?:\.\d+)*/i.exec(version)?.[0].split(".") ?? [];
}

function distinct(lists: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(lists.map((list) => [list.join(), list])).values()];
}

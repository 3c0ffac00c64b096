import { compareVersions } from "../versions/compare.ts";
import { compareText } from "../versions/order.ts";

/** Each version's rank in the order. Equivalent versions share one. */
type Ranks = ReadonlyMap<string, number>;
/** Versions, oldest first. */
type Ascending = readonly string[];

/**
 * The smallest version above the installed one that clears all findings of a package. Each list contains one finding's
 * fixed versions, which are alternatives: one for each branch that has a fix. Undefined if the order of the versions is
 * not known, or if all fixes of a finding are older than the installed version (see {@link isOnlyOlder}). If all
 * findings name the same single version, no order is needed.
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
  const order = orderOf(ecosystem, [...named, installed]);
  if (order === undefined) return undefined;
  const { rank, ascending } = order;

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

function orderOf(ecosystem: string, versions: readonly string[]) {
  const ranks = ranksOf(ecosystem, versions);
  if (ranks === undefined) return undefined;
  const rank = (version: string) => ranks.get(version) as number;
  const ascending = (some: readonly string[]) => some.toSorted((a, b) => rank(a) - rank(b) || compareText(a, b));
  return { rank, ascending };
}

/** One of several packages that get the same version. */
interface Part {
  readonly installed: string;
  /** As in {@link clearingVersion}. Findings whose fixes are all older than installed do not count. */
  readonly fixes: readonly (readonly string[])[];
}

/**
 * The smallest version that clears all findings of several packages which get the same version, and that is above what
 * is installed of each. Undefined if there is none, or if the order of the versions is not known.
 * @param among the versions to choose from; all that are named as fixes by default
 */
export function commonVersion(
  ecosystem: string,
  parts: readonly Part[],
  among: readonly string[] = parts.flatMap(({ fixes }) => fixes.flat()),
): string | undefined {
  const named = parts.flatMap(({ installed, fixes }) => [installed, ...fixes.flat()]);
  const order = orderOf(ecosystem, [...new Set([...named, ...among])]);
  if (order === undefined) return undefined;
  const { rank, ascending } = order;
  const lists = parts.flatMap(({ installed, fixes }) =>
    distinct(fixes)
      .map(ascending)
      .map((list) => ({ list, least: list.map(rank).find((each) => each > rank(installed)) }))
      .filter(({ least }) => least !== undefined),
  );
  const above = Math.max(...parts.map(({ installed }) => rank(installed)));
  return ascending(among).find(
    (version) =>
      rank(version) > above &&
      lists.every(({ list, least = 0 }) => rank(version) >= least && clears(version, list, rank)),
  );
}

/**
 * Whether both versions are of one line: raising within it should break nothing. That is the same first number, or the
 * same second one below 1.0. Only Go's modules keep their promise by the first number alone (go.dev/ref/mod#versions).
 */
export function isSameLine(ecosystem: string, from: string, to: string): boolean {
  const numbers = (version: string) => /^(?:\d+:)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version)?.slice(1) ?? [];
  const [installed, wanted] = [numbers(from), numbers(to)];
  if (installed.length === 0 || wanted.length === 0) return false;
  const first = ecosystem === "go" ? 0 : installed.findIndex((number = "0") => number !== "0");
  const until = first === -1 ? installed.length : first + 1;
  return installed.slice(0, until).every((number = "0", index) => number === (wanted[index] ?? "0"));
}

/** If no fixes are alternatives, the newest clears all. Of equivalent versions, returns the first by text. */
function newest(ecosystem: string, installed: string, fixes: readonly string[]): string | undefined {
  let best = installed;
  for (const fix of fixes.toSorted(compareText)) {
    if ((compareVersions(ecosystem, fix, installed) ?? 0) <= 0) return undefined;
    // Both are comparable: each was compared with the installed version.
    if (best === installed || (compareVersions(ecosystem, fix, best) as number) > 0) best = fix;
  }
  return best;
}

/** Whether no fix can be newer than the installed version, so that no upgrade leads to one of them. */
export function isOnlyOlder(ecosystem: string, installed: string, fixes: readonly string[]): boolean {
  return !fixes.some((fix) => mayBeAbove(ecosystem, fix, installed));
}

/**
 * The versions to which to raise one finding's package: the smallest fixed version above the installed one. If the
 * order is not known, all that may be above it. If all fixes are older, none.
 */
export function advisedVersions(ecosystem: string, installed: string, fixes: readonly string[]): readonly string[] {
  const clearing = clearingVersion(ecosystem, installed, [fixes]);
  if (clearing !== undefined) return [clearing];
  return fixes.filter((fix) => mayBeAbove(ecosystem, fix, installed));
}

/** Whether a fix is newer than the installed version, or may be. */
function mayBeAbove(ecosystem: string, fix: string, installed: string): boolean {
  return (compareVersions(ecosystem, fix, installed) ?? 1) > 0;
}

/** Ranks versions. Undefined if two of them cannot be compared. */
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
 * Whether a version has the fix, so is not older than the fix of its own branch. That is the newest of the fixes that
 * share the most leading numbers with it. (If 4.1.13 and 4.2.7 are the fixes, 4.2.5 has no fix, but 4.3.0 has.)
 */
function clears(version: string, fixed: Ascending, rank: (version: string) => number): boolean {
  const agreeing = fixed.map((fix) => agreement(version, fix));
  const furthest = Math.max(...agreeing);
  const branch = fixed.findLast((_, index) => agreeing[index] === furthest) as string;
  return rank(version) >= rank(branch);
}

/** How many leading numbers are the same: 2 for 4.2.5 and 4.2.7. */
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

import { distinct, unique } from "../collections.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import { compareVersions } from "../versions/compare.ts";
import { compareText } from "../versions/order.ts";

/** The fixed versions of one finding, which are alternatives: one for each branch with a fix. */
type Fixes = readonly string[];

/** Compares two versions. Also 0 if their order is unknown. */
type Compare = (a: string, b: string) => number;

/**
 * The lowest version above the installed one that clears all findings of a package, see {@link suggestedVersions}.
 * Undefined if there is none, or if the order of the versions is unknown.
 */
export function clearingVersion(ecosystem: string, installed: string, fixes: readonly Fixes[]): string | undefined {
  const lists = distinct(fixes);
  const [lowest] = suggestedVersions(ecosystem, [{ installed, failing: lists, open: lists }]);
  const isClear = (list: Fixes) => lowest !== undefined && isCleared(ecosystem, installed, lowest, list);
  return lists.every(isClear) ? lowest : undefined;
}

/** One of several packages that get the same version. */
export interface Part {
  readonly installed: string;
  /** The fixes of its findings that fail the gate. */
  readonly failing: readonly Fixes[];
  /** The fixes of all its open findings. */
  readonly open: readonly Fixes[];
}

/**
 * The versions that the advisories suggest for packages with a common version, without duplicates, lowest first. The
 * first one is the lowest that clears all failing findings with an upgrade. The others are the lowest in its line that
 * clears all open findings with an upgrade, the highest in its line, and the highest of all. They are named as fixes
 * and above all installed versions: releases, or pre-releases if there is no other version. Empty: there is none, or
 * their order is unknown.
 */
export function suggestedVersions(ecosystem: string, parts: readonly Part[]): readonly string[] {
  const compare: Compare = (a, b) => compareVersions(ecosystem, a, b) ?? 0;
  const named = unique(parts.flatMap(({ open }) => open.flat()));
  const newer = ascending(
    ecosystem,
    named.filter((version) => parts.some(({ installed }) => compare(version, installed) > 0)),
  );
  // The scanner finds nothing in a version that it cannot read, so the version must be comparable here.
  const above = newer.filter((version) => parts.every(({ installed }) => compare(version, installed) > 0));
  const releases = above.filter((version) => !isPreRelease(ecosystem, version));
  const among = releases.length > 0 ? releases : above;
  if (among.length === 0) return [];
  const clearing = (which: "failing" | "open", versions: readonly string[]) => {
    const lists = parts.flatMap(({ installed, [which]: own }) =>
      distinct(own).map((list) => list.filter((fix) => compare(fix, installed) > 0).sort(compare)),
    );
    return lowestClearing(lists, versions, compare);
  };
  const enough = clearing("failing", among);
  const line = among.slice(among.indexOf(enough)).filter((version) => isSameLine(ecosystem, enough, version));
  const wanted = new Set([enough, clearing("open", line), line.at(-1), among.at(-1)]);
  return among.filter((version) => wanted.has(version));
}

/**
 * The lowest of some versions that clears everything that the highest of them clears.
 * @param lists each oldest first
 * @param among at least one, oldest first
 */
function lowestClearing(lists: readonly Fixes[], among: readonly string[], compare: Compare): string {
  const highest = among.at(-1) as string;
  const cleared = lists.filter((list) => clears(highest, list, compare));
  // No version below the highest of the lists' lowest fixes can clear them all. Without this, the search takes
  // quadratic time.
  const least = cleared
    .flatMap(([lowest]) => lowest ?? [])
    .reduce((a, b) => (compare(a, b) < 0 ? b : a), among[0] ?? "");
  const possible = among.filter((version) => compare(version, least) >= 0);
  return possible.find((version) => cleared.every((list) => clears(version, list, compare))) ?? highest;
}

/** True if a version clears a finding according to its advisory. */
export function isCleared(ecosystem: string, installed: string, version: string, fixes: Fixes): boolean {
  const compare: Compare = (a, b) => compareVersions(ecosystem, a, b) ?? Number.NaN;
  return clears(version, fixes.filter((fix) => compare(fix, installed) > 0).sort(compare), compare);
}

/**
 * True if both versions are in one line: an upgrade within it should break nothing. That is the same first number, or
 * the same second one below 1.0. Only Go's modules keep their promise by the first number alone
 * (go.dev/ref/mod#versions). A distribution has a single line for each of its packages, which is its release's.
 */
export function isSameLine(ecosystem: string, from: string, to: string): boolean {
  if (SYSTEM_ECOSYSTEMS.has(ecosystem)) return true;
  const numbers = (version: string) => /^(?:\d+:)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/i.exec(version)?.slice(1) ?? [];
  const [installed, wanted] = [numbers(from), numbers(to)];
  if (installed.length === 0 || wanted.length === 0) return false;
  const first = ecosystem === "go" ? 0 : installed.findIndex((number = "0") => number !== "0");
  const until = first === -1 ? installed.length : first + 1;
  return installed.slice(0, until).every((number = "0", index) => number === (wanted[index] ?? "0"));
}

/** True if no fix can be newer than the installed version, so no upgrade leads to one of them. */
export function isOnlyOlder(ecosystem: string, installed: string, fixes: Fixes): boolean {
  return fixes.every((fix) => (compareVersions(ecosystem, fix, installed) ?? 1) <= 0);
}

/**
 * The advised versions for one finding's package: the smallest fixed version above the installed one. If the order is
 * unknown, all that may be above it. If all fixes are older, none.
 */
export function advisedVersions(ecosystem: string, installed: string, fixes: Fixes): readonly string[] {
  const clearing = clearingVersion(ecosystem, installed, [fixes]);
  return clearing === undefined ? fixes.filter((fix) => !isOnlyOlder(ecosystem, installed, [fix])) : [clearing];
}

/** Oldest first. Empty if two of the versions cannot be compared. */
function ascending(ecosystem: string, versions: readonly string[]): string[] {
  let isKnown = true;
  const compare = (a: string, b: string) => {
    const order = compareVersions(ecosystem, a, b);
    isKnown &&= order !== undefined;
    return order || compareText(a, b);
  };
  const sorted = versions.toSorted(compare);
  return isKnown ? sorted : [];
}

/**
 * True if a version has the fix, and so is not older than the fix in its branch. That is the newest of the fixes that
 * share the most leading numbers with it. (If 4.1.13 and 4.2.7 are the fixes, 4.2.5 has no fix, but 4.3.0 has.)
 * @param fixed oldest first
 */
function clears(version: string, fixed: Fixes, compare: Compare): boolean {
  const agreeing = fixed.map((fix) => agreement(version, fix));
  const furthest = Math.max(...agreeing);
  const branch = fixed.findLast((_, index) => agreeing[index] === furthest);
  return branch !== undefined && compare(version, branch) >= 0;
}

/** Number of equal leading numbers: 2 for 4.2.5 and 4.2.7. */
function agreement(a: string, b: string): number {
  const x = leadingNumbers(a);
  const y = leadingNumbers(b);
  const first = x.findIndex((number, index) => number !== y[index]);
  return first < 0 ? x.length : first;
}

function leadingNumbers(version: string): string[] {
  return /(?<=^v?)\d+(?:\.\d+)*/i.exec(version)?.[0].split(".") ?? [];
}

const PRE_RELEASE =
  /(?:alpha|beta|cr|dev|milestone|pre|preview|rc|snapshot|(?<=\d[.-]?)[abm](?=\d))[.-]?\d*(?:$|[^a-z\d])/i;

/**
 * True if a version comes before its release: `7.0.0-M1`, `2.0rc1`. A distribution's release may be named like one:
 * `1.2~rc1-3`.
 */
function isPreRelease(ecosystem: string, version: string): boolean {
  return !SYSTEM_ECOSYSTEMS.has(ecosystem) && PRE_RELEASE.test(version);
}

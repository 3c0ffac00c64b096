import { distinct, unique } from "../collections.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import { compareVersions } from "../versions/compare.ts";
import { compareText } from "../versions/order.ts";

/** The fixed versions of one finding, which are alternatives: one for each branch that has a fix. */
type Fixes = readonly string[];

/** Versions by their rank in the order. Equivalent ones share a rank. */
interface Order {
  rank(version: string): number;
  /** Oldest first. */
  ascending(versions: readonly string[]): string[];
}

/**
 * The smallest version above the installed one that clears all findings of a package. Undefined if the order of the
 * versions is not known, or if all fixes of a finding are older than the installed one (see {@link isOnlyOlder}). If
 * all findings name the same single version, no order is needed.
 */
export function clearingVersion(ecosystem: string, installed: string, fixes: readonly Fixes[]): string | undefined {
  const named = unique(fixes.flat());
  const [first] = named;
  if (named.length === 1 && first !== undefined) return isOnlyOlder(ecosystem, installed, named) ? undefined : first;
  if (named.some((version) => compareVersions(ecosystem, version, installed) === undefined)) return undefined;
  const isAbove = (version: string) => (compareVersions(ecosystem, version, installed) ?? 0) > 0;
  const lists = distinct(fixes).map((list) => list.filter(isAbove));
  const order = orderOf(ecosystem, unique(lists.flat()));
  if (order === undefined || lists.some((list) => list.length === 0)) return undefined;
  return lowestClearing(lists.map(order.ascending), order.ascending(unique(lists.flat())), order);
}

/** One of several packages that get the same version. */
export interface Part {
  readonly installed: string;
  /** Of its findings that fail the gate. */
  readonly failing: readonly Fixes[];
  /** Of all its open findings. */
  readonly open: readonly Fixes[];
}

/** The versions that the advisories suggest for packages that get one version. */
export interface Suggestion {
  /** The lowest that clears all that is open and can be cleared in the line of {@link enough}. */
  readonly to: string;
  /** The lowest that clears all that fails and can be cleared by an upgrade. */
  readonly enough: string;
  /** These two, the highest of their line, and the highest of all: each once, lowest first. */
  readonly candidates: readonly string[];
}

/**
 * Chooses among the versions that are named as fixes and are above all installed ones: releases, or pre-releases if
 * there is no other version. Undefined: there is none, or their order is not known.
 */
export function suggestedVersions(ecosystem: string, parts: readonly Part[]): Suggestion | undefined {
  const compare = (version: string, installed: string) => compareVersions(ecosystem, version, installed) ?? 0;
  const named = unique(parts.flatMap(({ open }) => open.flat()));
  // The scanner finds nothing in a version that it cannot read, so ours must be able to compare it.
  const above = named.filter((version) => parts.every(({ installed }) => compare(version, installed) > 0));
  const releases = above.filter((version) => !isPreRelease(ecosystem, version));
  const order = orderOf(
    ecosystem,
    named.filter((version) => parts.some(({ installed }) => compare(version, installed) > 0)),
  );
  if (order === undefined || above.length === 0) return undefined;
  const among = order.ascending(releases.length > 0 ? releases : above);
  const clearing = (listsOf: (part: Part) => readonly Fixes[], versions: readonly string[]) =>
    lowestClearing(
      parts.flatMap((part) =>
        distinct(listsOf(part)).map((list) => order.ascending(list.filter((fix) => compare(fix, part.installed) > 0))),
      ),
      versions,
      order,
    );
  const enough = clearing(({ failing }) => failing, among);
  const line = among.slice(among.indexOf(enough)).filter((version) => isSameLine(ecosystem, enough, version));
  const to = clearing(({ open }) => open, line);
  const candidates = new Set([enough, to, line.at(-1), among.at(-1)]);
  return { to, enough, candidates: among.filter((version) => candidates.has(version)) };
}

/**
 * The lowest of some versions that clears everything that the highest of them clears.
 * @param lists each oldest first
 * @param among at least one, oldest first
 */
function lowestClearing(lists: readonly Fixes[], among: readonly string[], { rank }: Order): string {
  const highest = among.at(-1) as string;
  const cleared = lists.filter((list) => list.length > 0 && clears(highest, list, rank));
  // No version before the lowest fix of each can clear them all: without this, the search takes quadratic time.
  const least = cleared.reduce((most, [lowest = ""]) => Math.max(most, rank(lowest)), 0);
  const found = among.find((version) => rank(version) >= least && cleared.every((list) => clears(version, list, rank)));
  return found ?? highest;
}

/** Whether a version clears a finding, as its advisory has it. */
export function isCleared(ecosystem: string, installed: string, version: string, fixes: Fixes): boolean {
  const above = fixes.filter((fix) => (compareVersions(ecosystem, fix, installed) ?? 0) > 0);
  const order = orderOf(ecosystem, [...above, version]);
  return order !== undefined && above.length > 0 && clears(version, order.ascending(above), order.rank);
}

/**
 * Whether both versions are of one line: raising within it should break nothing. That is the same first number, or the
 * same second one below 1.0. Only Go's modules keep their promise by the first number alone (go.dev/ref/mod#versions).
 * A distribution has one line of each of its packages: that of its release.
 */
export function isSameLine(ecosystem: string, from: string, to: string): boolean {
  if (SYSTEM_ECOSYSTEMS.has(ecosystem)) return true;
  const numbers = (version: string) => /^(?:\d+:)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version)?.slice(1) ?? [];
  const [installed, wanted] = [numbers(from), numbers(to)];
  if (installed.length === 0 || wanted.length === 0) return false;
  const first = ecosystem === "go" ? 0 : installed.findIndex((number = "0") => number !== "0");
  const until = first === -1 ? installed.length : first + 1;
  return installed.slice(0, until).every((number = "0", index) => number === (wanted[index] ?? "0"));
}

/** Whether no fix can be newer than the installed version, so that no upgrade leads to one of them. */
export function isOnlyOlder(ecosystem: string, installed: string, fixes: Fixes): boolean {
  return !fixes.some((fix) => mayBeAbove(ecosystem, fix, installed));
}

/**
 * The versions to which to raise one finding's package: the smallest fixed version above the installed one. If the
 * order is not known, all that may be above it. If all fixes are older, none.
 */
export function advisedVersions(ecosystem: string, installed: string, fixes: Fixes): readonly string[] {
  const clearing = clearingVersion(ecosystem, installed, [fixes]);
  if (clearing !== undefined) return [clearing];
  return fixes.filter((fix) => mayBeAbove(ecosystem, fix, installed));
}

/** Whether a fix is newer than the installed version, or may be. */
function mayBeAbove(ecosystem: string, fix: string, installed: string): boolean {
  return (compareVersions(ecosystem, fix, installed) ?? 1) > 0;
}

/** Undefined if two of the versions cannot be compared. */
function orderOf(ecosystem: string, versions: readonly string[]): Order | undefined {
  let known = true;
  const compare = (a: string, b: string) => {
    const order = compareVersions(ecosystem, a, b);
    if (order === undefined) known = false;
    return order ?? 0;
  };
  const ranks = new Map<string, number>();
  let last: string | undefined;
  for (const version of versions.toSorted(compare)) {
    if (last === undefined || compare(last, version) !== 0) last = version;
    ranks.set(version, ranks.get(last) ?? ranks.size);
  }
  if (!known) return undefined;
  const rank = (version: string) => ranks.get(version) as number;
  return { rank, ascending: (some) => some.toSorted((a, b) => rank(a) - rank(b) || compareText(a, b)) };
}

/**
 * Whether a version has the fix, so is not older than the fix of its own branch. That is the newest of the fixes that
 * share the most leading numbers with it. (If 4.1.13 and 4.2.7 are the fixes, 4.2.5 has no fix, but 4.3.0 has.)
 * @param fixed at least one, oldest first
 */
function clears(version: string, fixed: Fixes, rank: Order["rank"]): boolean {
  if (fixed.length === 1) return rank(version) >= rank(fixed[0] as string);
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

const PRE_RELEASE =
  /(?:alpha|beta|cr|dev|milestone|pre|preview|rc|snapshot|(?<=\d[.-]?)[abm](?=\d))[.-]?\d*(?:$|[^a-z\d])/i;

/**
 * Whether a version comes before its release: `7.0.0-M1`, `2.0rc1`. A distribution releases what it calls so:
 * `1.2~rc1-3`.
 */
function isPreRelease(ecosystem: string, version: string): boolean {
  return !SYSTEM_ECOSYSTEMS.has(ecosystem) && PRE_RELEASE.test(version);
}

import { unique } from "../collections.ts";
import { ecosystemOf, type Finding, type FindingPackage, type Layer } from "../finding.ts";
import type { NoFix, Place, Upgrade } from "../fix-plan.ts";
import { memoize } from "../memoize.ts";
import { compareCounts, countSeverities } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import { compareText } from "../versions/order.ts";
import { isPreRelease } from "../versions/pre-release.ts";
import { chainFinder, type FindChain } from "./dependency-chains.ts";
import { placeFinder } from "./places.ts";
import { clearingVersion, commonVersion, isOnlyOlder } from "./smallest-fix.ts";

/** What decides about the family of a package. */
export type Raisable = Pick<Upgrade, "package" | "type" | "from" | "ecosystem" | "place" | "source">;

export interface UpgradePlan {
  /** The upgrade that clears the most comes first. Among equals, the one that clears the more severe. */
  readonly upgrades: readonly Upgrade[];
  /** The package with the most findings of the highest severity comes first. */
  readonly noFix: readonly NoFix[];
}

/** Makes the parts of one target's plan. */
export interface Planner {
  /**
   * What the advisories themselves advise, package by package. Only vulnerabilities have upgrades: other findings are
   * left out.
   */
  advise(findings: readonly Finding[]): UpgradePlan;
  /** Groups findings by what one upgrade can clear, whether they have a fix or not. */
  groups(findings: readonly Finding[]): PackageGroup[];
  upgrade(group: PackageGroup, to: string | undefined): Upgrade;
  /**
   * Raises packages that {@link advise} has advised to one version, the lowest that clears what each of them clears.
   * Undefined: the order of their versions is not known.
   */
  together(upgrades: readonly [Upgrade, ...Upgrade[]]): [Upgrade, ...Upgrade[]] | undefined;
  /** What is known before anybody knows to which version. */
  raisable(group: PackageGroup): Raisable;
  /** Findings that no upgrade clears, in the vendor's words or the given one. */
  noFix(findings: readonly PackageFinding[], status?: string): readonly NoFix[];
}

/** @param packages all packages of the target, to find the chains to one */
export function createPlanner(packages: readonly InstalledPackage[]): Planner {
  const placeOf = placeFinder(packages);
  const facts: Facts = { chainOf: chainFinder(packages), placeOf, sourceOf: sourceFinder(packages) };
  const groups = new WeakMap<Upgrade, PackageGroup>();
  const raise = (group: PackageGroup, to: string | undefined): Upgrade => {
    const upgrade = upgradeOf(group, to, facts);
    groups.set(upgrade, group);
    return upgrade;
  };
  return {
    advise(findings) {
      const { fixable, unfixed } = upgradeGroups(findings, placeOf);
      const upgrades: Upgrade[] = [];
      const noFix = unfixed.map(({ group, status }) => noFixOf(group, status, facts));
      // Not `for`: V8 would compile this function anew within the loop, with all that it calls, in 40 ms of CPU.
      fixable.forEach((group) => {
        const to = clearing(group, facts);
        if (to !== undefined) {
          upgrades.push(raise(group, to));
          return;
        }
        // Findings whose fixes are older than the installed version must not hide the upgrade of the others.
        const { newer, older } = partOlder(group, facts);
        if (isGroup(newer)) upgrades.push(raise(newer, clearing(newer, facts)));
        if (isGroup(older)) noFix.push(noFixOf(older, OLDER_FIX, facts));
      });
      return { upgrades: upgrades.sort((a, b) => b.clears - a.clears || byWeight(a, b)), noFix: noFix.sort(byWeight) };
    },
    groups(findings) {
      const bucketOf = bucketFinder();
      const buckets = Map.groupBy(findings.filter(isOnPackage), (each) => bucketOf(each.package, placeOf(each).key));
      // No group is empty.
      return [...buckets.values()] as unknown as PackageGroup[];
    },
    upgrade: (group, to) => upgradeOf(group, to, facts),
    together(upgrades) {
      const members = upgrades.map((each) => groups.get(each));
      if (!members.every((group) => group !== undefined)) return undefined;
      const to = commonVersion(
        upgrades[0].ecosystem,
        members.map((group) => ({ installed: comparable(group[0].package, facts), fixes: fixesOf(group) })),
      );
      // As many as there were.
      return to === undefined ? undefined : (members.map((group) => raise(group, to)) as [Upgrade, ...Upgrade[]]);
    },
    raisable: (group) => raisableOf(group, facts).raisable,
    noFix(findings, word) {
      const statusOf = (finding: PackageFinding) => word ?? whyNoFix(finding, facts);
      const without = findings.map((each) => ({ ...each, fixedVersions: [], status: statusOf(each) }));
      return upgradeGroups(without, placeOf).unfixed.map(({ group, status }) => noFixOf(group, status, facts));
    },
  };
}

/** The package with the most findings of the highest severity comes first. */
export function inOrderOfWeight(noFix: readonly NoFix[]): NoFix[] {
  return noFix.toSorted(byWeight);
}

/** Replaces the vendor's status if a fix exists, but no upgrade leads to it. */
export const OLDER_FIX = "fixed in older versions only";
/** The same if the scanner still finds it in a version that its advisory names as its fix. */
const FAILED_FIX = "found in the versions that are named as its fix";
/** The same if every version with the fix is found to be no better. */
export const WORSE_FIX = "fixed only in versions with as many failing findings of their own";

/** What the packages of the target say. */
interface Facts {
  readonly chainOf: FindChain;
  readonly placeOf: (finding: PackageFinding) => Place;
  readonly sourceOf: (about: FindingPackage) => InstalledPackage["source"];
}

/** Why no version that was looked at clears a finding. */
function whyNoFix({ fixedVersions, status, package: about }: PackageFinding, facts: Facts): string {
  if (fixedVersions.length === 0) return status;
  const ecosystem = ecosystemOf(about);
  const installed = comparable(about, facts);
  const newer = fixedVersions.filter((version) => !isOnlyOlder(ecosystem, installed, [version]));
  if (newer.length === 0) return OLDER_FIX;
  return newer.every((version) => isPreRelease(ecosystem, version))
    ? `fixed only in the pre-release ${newer[0]}`
    : FAILED_FIX;
}

function clearing(group: PackageGroup, facts: Facts): string | undefined {
  const about = group[0].package;
  return clearingVersion(ecosystemOf(about), comparable(about, facts), fixesOf(group));
}

/** The fixed versions of each finding that has some. Findings share their lists. */
export function fixesOf(findings: readonly Finding[]): (readonly string[])[] {
  return [...new Set(findings.map(({ fixedVersions }) => fixedVersions))].filter((fixes) => fixes.length > 0);
}

/**
 * The version that fixes are compared with. A distribution's advisories name versions of the source, which may differ
 * from the package's own: `bsdutils` 1:2.38.1-5 is built from `util-linux` 2.38.1-5.
 */
function comparable(about: FindingPackage, { sourceOf }: Facts): string {
  return sourceOf(about)?.version || about.version;
}

/** Finds the source of an operating system's package. Nothing is indexed before the first call. */
export function sourceFinder(packages: readonly InstalledPackage[]): Facts["sourceOf"] {
  let known: Map<string, InstalledPackage["source"]> | undefined;
  const keyOf = ({ type, name, version }: Pick<FindingPackage, "type" | "name" | "version">) =>
    `${type}\0${name}\0${version}`;
  return (about) => {
    known ??= new Map(packages.flatMap((each) => (each.system ? [[keyOf(each), each.source] as const] : [])));
    return known.get(keyOf(about));
  };
}

function raisableOf(
  [first]: PackageGroup,
  { placeOf, sourceOf }: Facts,
): { raisable: Raisable; owner: Upgrade["owner"] } {
  const { package: about } = first;
  const { owner, ...place } = placeOf(first);
  const { name, type, version: from } = about;
  return {
    raisable: { package: name, type, from, ecosystem: ecosystemOf(about), place, source: sourceOf(about) },
    owner,
  };
}

function upgradeOf(group: PackageGroup, to: string | undefined, facts: Facts): Upgrade {
  const { raisable, owner } = raisableOf(group, facts);
  const paths = unique(group.map((finding) => finding.path ?? "")).filter((path) => path !== "");
  return {
    ...raisable,
    to,
    alternatives: to === undefined ? unique(group.flatMap((finding) => finding.fixedVersions)) : [],
    clears: group.length,
    ids: unique(group.map((finding) => finding.id)),
    bySeverity: countSeverities(group, ({ severity }) => severity),
    owner,
    layer: commonLayer(group),
    paths,
    chains: paths.flatMap((path) => facts.chainOf(path, raisable.package, raisable.from) ?? []),
  };
}

function noFixOf(group: PackageGroup, status: string, { placeOf, sourceOf }: Facts): NoFix {
  const [first] = group;
  const { package: about } = first;
  const { owner } = placeOf(first);
  return {
    package: about.name,
    type: about.type,
    version: about.version,
    status,
    count: group.length,
    ids: unique(group.map((finding) => finding.id)),
    bySeverity: countSeverities(group, ({ severity }) => severity),
    owner,
    source: sourceOf(about),
  };
}

function commonLayer(group: PackageGroup): Layer | undefined {
  const { layer } = group[0];
  return group.every((finding) => finding.layer?.diffId === layer?.diffId) ? layer : undefined;
}

function byWeight(a: Upgrade | NoFix, b: Upgrade | NoFix): number {
  return (
    compareCounts(b.bySeverity, a.bySeverity) ||
    compareText(a.package, b.package) ||
    compareText(installed(a), installed(b))
  );
}

function installed(one: Upgrade | NoFix): string {
  return "from" in one ? one.from : one.version;
}

/** A vulnerability in a package. */
export type PackageFinding = Finding & { readonly package: FindingPackage };
/** Findings on one package in one version at one place. */
export type PackageGroup = readonly [PackageFinding, ...PackageFinding[]];

interface UpgradeGroups {
  readonly fixable: readonly PackageGroup[];
  /** Findings without a fix, grouped also by the vendor's status. */
  readonly unfixed: readonly { readonly group: PackageGroup; readonly status: string }[];
}

interface Bucket {
  fixable: PackageFinding[] | undefined;
  readonly unfixed: Map<string, PackageFinding[]>;
}

/** Groups the findings that one upgrade clears. Only vulnerabilities have upgrades: other findings are left out. */
function upgradeGroups(findings: readonly Finding[], placeOf: Facts["placeOf"]): UpgradeGroups {
  const fixable: PackageFinding[][] = [];
  const unfixed: { readonly group: PackageFinding[]; readonly status: string }[] = [];
  const bucketOf = bucketFinder();
  findings.forEach((finding) => {
    if (!isOnPackage(finding)) return;
    const { status } = finding;
    const isFixable = finding.fixedVersions.length > 0;
    const { key, shippedBy } = placeOf(finding);
    // Without a fix there is no act, so the place makes no difference.
    const bucket = bucketOf(finding.package, isFixable ? key : shippedBy);
    const same = isFixable ? bucket.fixable : bucket.unfixed.get(status);
    const group = same ?? [];
    group.push(finding);
    if (same !== undefined) return;
    if (isFixable) {
      bucket.fixable = group;
      fixable.push(group);
    } else {
      bucket.unfixed.set(status, group);
      unfixed.push({ group, status });
    }
  });
  // No group is empty.
  return { fixable, unfixed } as unknown as UpgradeGroups;
}

/** Whether it is a vulnerability in a package. */
export function isOnPackage(finding: Finding): finding is PackageFinding {
  return finding.kind === "vulnerability" && finding.package !== undefined;
}

/** Whether there is at least one finding. */
export function isGroup<T extends object>(findings: readonly T[]): findings is readonly [T, ...T[]] {
  return findings.length > 0;
}

/** Finds the bucket of a package at a place. Findings share packages, so the key of each pair is built only once. */
function bucketFinder(): (about: FindingPackage, place: string) => Bucket {
  const buckets = memoize((_: string): Bucket => ({ fixable: undefined, unfixed: new Map() }));
  const finderOf = memoize(({ type, name, version }: FindingPackage) =>
    memoize((place: string) => buckets(JSON.stringify([type, name, version, place]))),
  );
  return (about, place) => finderOf(about)(place);
}

/** Splits a group by whether an upgrade can lead to a fix. All fixes of the `older` ones are older than installed. */
function partOlder(
  group: PackageGroup,
  facts: Facts,
): { readonly newer: PackageFinding[]; readonly older: PackageFinding[] } {
  const about = group[0].package;
  const ecosystem = ecosystemOf(about);
  const isOlder = memoize((fixes: readonly string[]) => isOnlyOlder(ecosystem, comparable(about, facts), fixes));
  const newer = group.filter(({ fixedVersions }) => !isOlder(fixedVersions));
  return { newer, older: group.filter(({ fixedVersions }) => isOlder(fixedVersions)) };
}

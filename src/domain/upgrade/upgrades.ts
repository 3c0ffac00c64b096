import { ecosystemOf, type Finding, type FindingPackage, type Layer, type Owner } from "../finding.ts";
import { remembering } from "../memoize.ts";
import { type Counts, compareCounts, perSeverity, type Severity } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import { compareText } from "../versions/order.ts";
import { type Chain, chainFinder, type FindChain } from "./dependency-chains.ts";
import { clearingVersion, isOnlyOlder } from "./smallest-fix.ts";

/** One package in one version, and what to raise it to. */
export interface Upgrade {
  /** The package's name. */
  readonly package: string;
  /** The scanner's package type. */
  readonly type: string;
  readonly from: string;
  /** The smallest version that clears all; undefined: nobody knows the order of {@link alternatives}. */
  readonly to: string | undefined;
  /** All versions named as fixes, where their order is not known; else empty. */
  readonly alternatives: readonly string[];
  /** Number of findings that the upgrade clears. */
  readonly clears: number;
  /** Their advisories, each once. */
  readonly ids: readonly string[];
  readonly bySeverity: Counts;
  /** The package that bundles it: that one has to be upgraded or replaced. */
  readonly owner?: Owner | undefined;
  /** The layer that brought it in, where it is one and the same for all. */
  readonly layer?: Layer | undefined;
  /** Where it lies, each place once. */
  readonly paths: readonly string[];
  /** What brings it in, where it is no direct dependency: at most one for each of its lock files. */
  readonly chains: readonly Chain[];
}

/** One package in one version that no upgrade helps, as the vendor has no fix. */
export interface NoFix {
  /** The package's name. */
  readonly package: string;
  readonly type: string;
  readonly version: string;
  /** The vendor's word: `affected`, `will_not_fix`, `end_of_life`, …; or that only older versions have one. */
  readonly status: string;
  /** Number of findings. */
  readonly count: number;
  /** Their advisories, each once. */
  readonly ids: readonly string[];
  readonly bySeverity: Counts;
  readonly owner?: Owner | undefined;
}

export interface UpgradePlan {
  /** What clears most comes first, of equals what clears the more severe. */
  readonly upgrades: readonly Upgrade[];
  /** Most of the most severe first. */
  readonly noFix: readonly NoFix[];
}

/**
 * What to do about these findings, package by package. Only vulnerabilities have upgrades: all else is left out.
 * @param packages all of the target, for the chains that bring one in
 */
export function planUpgrades(findings: readonly Finding[], packages: readonly InstalledPackage[] = []): UpgradePlan {
  const { fixable, unfixed } = upgradeGroups(findings);
  const chainOf = chainFinder(packages);
  const upgrades: Upgrade[] = [];
  const noFix = unfixed.map(({ group, status }) => noFixOf(group, status));
  for (const group of fixable) {
    const to = clearing(group);
    if (to !== undefined) upgrades.push(upgradeOf(group, to, chainOf));
    else addPartly(group, chainOf, upgrades, noFix);
  }
  return { upgrades: upgrades.sort((a, b) => b.clears - a.clears || byWeight(a, b)), noFix: noFix.sort(byWeight) };
}

/** What is said in place of the vendor's word where a fix exists, but no upgrade leads to it. */
export const OLDER_FIX = "fixed in older versions only";

/** A fix that is older than what is installed must not keep the others from their upgrade. */
function addPartly(group: PackageGroup, chainOf: FindChain, upgrades: Upgrade[], noFix: NoFix[]): void {
  const { newer, older } = partOlder(group);
  if (isGroup(newer)) upgrades.push(upgradeOf(newer, clearing(newer), chainOf));
  if (isGroup(older)) noFix.push(noFixOf(older, OLDER_FIX));
}

function clearing(group: PackageGroup): string | undefined {
  const about = group[0].package;
  return clearingVersion(ecosystemOf(about), about.version, [
    ...new Set(group.map((finding) => finding.fixedVersions)),
  ]);
}

function upgradeOf(group: PackageGroup, to: string | undefined, chainOf: FindChain): Upgrade {
  const [{ package: about, owner }] = group;
  const paths = unique(group.map((finding) => finding.path ?? "")).filter((path) => path !== "");
  return {
    package: about.name,
    type: about.type,
    from: about.version,
    to,
    alternatives: to === undefined ? unique(group.flatMap((finding) => finding.fixedVersions)) : [],
    clears: group.length,
    ids: unique(group.map((finding) => finding.id)),
    bySeverity: countsOf(group),
    owner,
    layer: commonLayer(group),
    paths,
    chains: paths.flatMap((path) => chainOf(path, about.name, about.version) ?? []),
  };
}

function noFixOf(group: PackageGroup, status: string): NoFix {
  const [{ package: about, owner }] = group;
  return {
    package: about.name,
    type: about.type,
    version: about.version,
    status,
    count: group.length,
    ids: unique(group.map((finding) => finding.id)),
    bySeverity: countsOf(group),
    owner,
  };
}

function commonLayer(group: PackageGroup): Layer | undefined {
  const { layer } = group[0];
  return group.every((finding) => finding.layer?.diffId === layer?.diffId) ? layer : undefined;
}

const ZERO: Counts = perSeverity(() => 0);

function countsOf(group: PackageGroup): Counts {
  const counts: Record<Severity, number> = { ...ZERO };
  for (const finding of group) counts[finding.severity] += 1;
  return counts;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function byWeight(a: Upgrade | NoFix, b: Upgrade | NoFix): number {
  return compareCounts(b.bySeverity, a.bySeverity) || compareText(a.package, b.package);
}

/** A vulnerability of a package. */
type PackageFinding = Finding & { readonly package: FindingPackage };
/** Findings on one package in one version with one owner. */
type PackageGroup = readonly [PackageFinding, ...PackageFinding[]];

interface UpgradeGroups {
  readonly fixable: readonly PackageGroup[];
  /** What has no fix, apart by the vendor's word. */
  readonly unfixed: readonly { readonly group: PackageGroup; readonly status: string }[];
}

interface Bucket {
  fixable: PackageFinding[] | undefined;
  readonly unfixed: Map<string, PackageFinding[]>;
}

/** Puts together the findings that one upgrade clears. Only vulnerabilities have upgrades: all else is left out. */
function upgradeGroups(findings: readonly Finding[]): UpgradeGroups {
  const fixable: PackageFinding[][] = [];
  const unfixed: { readonly group: PackageFinding[]; readonly status: string }[] = [];
  const bucketOf = bucketFinder();
  for (const finding of findings) {
    if (!isOnPackage(finding)) continue;
    const bucket = bucketOf(finding.package, finding.owner);
    const { status } = finding;
    const isFixable = finding.fixedVersions.length > 0;
    const same = isFixable ? bucket.fixable : bucket.unfixed.get(status);
    const group = same ?? [];
    group.push(finding);
    if (same !== undefined) continue;
    if (isFixable) {
      bucket.fixable = group;
      fixable.push(group);
    } else {
      bucket.unfixed.set(status, group);
      unfixed.push({ group, status });
    }
  }
  // None of them is empty.
  return { fixable, unfixed } as unknown as UpgradeGroups;
}

function isOnPackage(finding: Finding): finding is PackageFinding {
  return finding.kind === "vulnerability" && finding.package !== undefined;
}

/** Whether there is any. */
function isGroup(findings: readonly PackageFinding[]): findings is PackageGroup {
  return findings.length > 0;
}

/** Findings share their packages and owners: each pair of these is put into words once. */
function bucketFinder(): (about: FindingPackage, owner: Owner | undefined) => Bucket {
  const buckets = remembering((_: string): Bucket => ({ fixable: undefined, unfixed: new Map() }));
  const finderOf = remembering(({ type, name, version }: FindingPackage) =>
    remembering((owner: Owner | undefined) =>
      buckets(JSON.stringify([type, name, version, owner?.ecosystem, owner?.name, owner?.version])),
    ),
  );
  return (about, owner) => finderOf(about)(owner);
}

/** The findings of a group by whether an upgrade can lead to a fix: all fixes of the others are older than installed. */
function partOlder(group: PackageGroup): { readonly newer: PackageFinding[]; readonly older: PackageFinding[] } {
  const about = group[0].package;
  const ecosystem = ecosystemOf(about);
  const isOlder = remembering((fixes: readonly string[]) => isOnlyOlder(ecosystem, about.version, fixes));
  const newer = group.filter(({ fixedVersions }) => !isOlder(fixedVersions));
  return { newer, older: group.filter(({ fixedVersions }) => isOlder(fixedVersions)) };
}

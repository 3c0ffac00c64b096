import { clearingVersion, isOnlyOlder } from "./clearing-version.ts";
import { type Chain, chainFinder, type FindChain } from "./dependency-chains.ts";
import type { Finding, FindingPackage, Layer, Owner } from "./finding.ts";
import { remembering } from "./remembering.ts";
import { type Counts, perSeverity, SEVERITIES } from "./severity.ts";
import type { InstalledPackage } from "./target.ts";
import { compareText } from "./versions/order.ts";

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
  /** The vendor's word: `affected`, `will_not_fix`, `end_of_life`, …; or {@link OLDER_FIX}. */
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

type About = Finding & { readonly package: FindingPackage };

/**
 * What to do about these findings, package by package. Only vulnerabilities have upgrades: all else is left out.
 * @param packages all of the target, for the chains that bring one in
 */
export function planUpgrades(findings: readonly Finding[], packages: readonly InstalledPackage[] = []): UpgradePlan {
  const keyOf = keyMaker();
  const chainOf = chainFinder(packages);
  const vulnerable = findings.filter(isVulnerable);
  const statusOf = unfixedStatus();
  const fixable = vulnerable.filter((finding) => statusOf(finding) === undefined);
  const unfixed = vulnerable.filter((finding) => statusOf(finding) !== undefined);
  return {
    upgrades: groups(fixable, keyOf)
      .map((group) => upgradeOf(group, chainOf))
      .sort((a, b) => b.clears - a.clears || byWeight(a, b)),
    noFix: groups(unfixed, (finding) => `${keyOf(finding)}\n${statusOf(finding)}`)
      .map((group) => noFixOf(group, statusOf(group[0]) ?? ""))
      .sort(byWeight),
  };
}

function isVulnerable(finding: Finding): finding is About {
  return finding.kind === "vulnerability" && finding.package !== undefined;
}

/** What is said in place of the vendor's word where a fix exists, but no upgrade leads to it. */
const OLDER_FIX = "fixed in older versions only";

/** Why no upgrade helps; undefined: one does. Findings share their packages and lists of fixes. */
function unfixedStatus(): (finding: About) => string | undefined {
  const testerOf = remembering(({ type, version }: FindingPackage) =>
    remembering((fixes: readonly string[]) => isOnlyOlder(type, version, fixes)),
  );
  return ({ package: about, fixedVersions, status }) => {
    if (fixedVersions.length === 0) return status;
    return testerOf(about)(fixedVersions) ? OLDER_FIX : undefined;
  };
}

/** Findings share their packages and owners: each of these is put into words once. */
function keyMaker(): (finding: About) => string {
  const ofPackage = remembering(({ type, name, version }: FindingPackage) => JSON.stringify([type, name, version]));
  const ofOwner = remembering(({ ecosystem, name, version }: Owner) => JSON.stringify([ecosystem, name, version]));
  return ({ package: about, owner }) => ofPackage(about) + (owner === undefined ? "" : ofOwner(owner));
}

type Group = readonly [About, ...About[]];

function groups(findings: readonly About[], keyOf: (finding: About) => string): Group[] {
  return [...Map.groupBy(findings, keyOf).values()] as unknown as Group[];
}

function upgradeOf(group: Group, chainOf: FindChain): Upgrade {
  const [{ package: about, owner }] = group;
  const lists = group.map((finding) => finding.fixedVersions);
  const to = clearingVersion(about.type, about.version, lists);
  const paths = unique(group.flatMap((finding) => finding.path ?? []));
  return {
    package: about.name,
    type: about.type,
    from: about.version,
    to,
    alternatives: to === undefined ? unique(lists.flat()) : [],
    clears: group.length,
    ids: unique(group.map((finding) => finding.id)),
    bySeverity: countsOf(group),
    owner,
    layer: commonLayer(group),
    paths,
    chains: paths.flatMap((path) => chainOf(path, about.name, about.version) ?? []),
  };
}

function noFixOf(group: Group, status: string): NoFix {
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

function commonLayer(group: Group): Layer | undefined {
  const { layer } = group[0];
  return group.every((finding) => finding.layer?.diffId === layer?.diffId) ? layer : undefined;
}

function countsOf(group: Group): Counts {
  const counts = perSeverity(() => 0);
  for (const finding of group) counts[finding.severity] += 1;
  return counts;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** One CRITICAL outweighs any number of HIGH, and so on down; then by name. */
function byWeight(a: Upgrade | NoFix, b: Upgrade | NoFix): number {
  for (const severity of SEVERITIES) {
    const difference = b.bySeverity[severity] - a.bySeverity[severity];
    if (difference !== 0) return difference;
  }
  return compareText(a.package, b.package);
}

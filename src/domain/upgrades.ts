import { clearingVersion } from "./clearing-version.ts";
import type { Finding, FindingPackage, Layer, Owner } from "./finding.ts";
import { type Counts, perSeverity, SEVERITIES } from "./severity.ts";
import { compareText } from "./versions/order.ts";

/** One package in one version, and what to raise it to. */
export interface Upgrade {
  /** The package's name. */
  readonly package: string;
  /** The scanner's package type. */
  readonly type: string;
  readonly from: string;
  /** The smallest version that clears all; undefined: the order of {@link alternatives} is not known. */
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
}

/** One package in one version that no upgrade helps, as the vendor has no fix. */
export interface NoFix {
  /** The package's name. */
  readonly package: string;
  readonly type: string;
  readonly version: string;
  /** The vendor's word: `affected`, `will_not_fix`, `end_of_life`, … */
  readonly status: string;
  /** Number of findings. */
  readonly count: number;
  /** Their advisories, each once. */
  readonly ids: readonly string[];
  readonly bySeverity: Counts;
  readonly owner?: Owner | undefined;
}

export interface UpgradePlan {
  /** What clears most of the most severe comes first. */
  readonly upgrades: readonly Upgrade[];
  /** Most of the most severe first. */
  readonly noFix: readonly NoFix[];
}

type About = Finding & { readonly package: FindingPackage };

/** What to do about these findings, package by package. Only vulnerabilities have upgrades: all else is left out. */
export function planUpgrades(findings: readonly Finding[]): UpgradePlan {
  const vulnerable = findings.filter(isVulnerable);
  const fixable = vulnerable.filter((finding) => finding.fixedVersions.length > 0);
  const unfixed = vulnerable.filter((finding) => finding.fixedVersions.length === 0);
  return {
    upgrades: groups(fixable, packageKey).map(upgradeOf).sort(byWeight),
    noFix: groups(unfixed, (finding) => `${packageKey(finding)}\n${finding.status}`)
      .map(noFixOf)
      .sort(byWeight),
  };
}

function isVulnerable(finding: Finding): finding is About {
  return finding.kind === "vulnerability" && finding.package !== undefined;
}

function packageKey({ package: about, owner }: About): string {
  return JSON.stringify([about.type, about.name, about.version, owner?.ecosystem, owner?.name, owner?.version]);
}

type Group = readonly [About, ...About[]];

function groups(findings: readonly About[], keyOf: (finding: About) => string): Group[] {
  return [...Map.groupBy(findings, keyOf).values()] as unknown as Group[];
}

function upgradeOf(group: Group): Upgrade {
  const [{ package: about, owner }] = group;
  const lists = group.map((finding) => finding.fixedVersions);
  const to = clearingVersion(about.type, about.version, lists);
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
    paths: unique(group.flatMap((finding) => finding.path ?? [])),
  };
}

function noFixOf(group: Group): NoFix {
  const [{ package: about, status, owner }] = group;
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

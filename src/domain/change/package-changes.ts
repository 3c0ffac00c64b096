import { ecosystemOf, type Finding, type FindingPackage } from "../finding.ts";
import type { Weight } from "../fix-plan.ts";
import { pathWithoutVersion } from "../same/names.ts";
import { pair } from "../same/pair.ts";
import { compareCounts, countSeverities } from "../severity.ts";
import type { InstalledPackage, ScanResult } from "../target.ts";
import { compareVersions } from "../versions/compare.ts";
import { compareText } from "../versions/order.ts";

/** `changed`: another version, but it is unknown whether it is newer. */
export type PackageChangeKind = "gained" | "upgraded" | "downgraded" | "changed" | "lost";

/** The change of one package at one place. */
export interface PackageChange {
  readonly kind: PackageChangeKind;
  readonly name: string;
  /** The scanner's package type. */
  readonly type: string;
  /** Its path, or the former path of a lost package. Absent for an operating system's package. */
  readonly path?: string | undefined;
  /** Version in the baseline. Absent if the package was gained. */
  readonly from?: string | undefined;
  /** Version in the image. Absent if the package was lost. */
  readonly to?: string | undefined;
  /** Its advisories that the baseline's version did not have. */
  readonly brought: PackageFindings;
  /** Advisories of the baseline's version that are gone. */
  readonly cleared: PackageFindings;
}

export type PackageFindings = Pick<Weight, "ids" | "bySeverity">;

export type PackageChanges = ReturnType<typeof packageChanges>;

/** One side of a comparison. */
export type PackageSide = Pick<ScanResult, "packages" | "findings">;

const KINDS: readonly PackageChangeKind[] = ["gained", "downgraded", "changed", "upgraded", "lost"];

/**
 * The packages that an image gained, lost, upgraded and downgraded compared with its baseline, in each ecosystem's
 * version order. A package is the same if type, name and path are the same, except for its version within the path. If
 * one place has several versions, the versions on both sides are ignored, and the others are paired in order. A package
 * lost at one path and gained at another in the same version has moved, and brings and clears nothing.
 * @param isUnseen true if a package of the baseline could not be checked, so it may still be there
 */
export function packageChanges(
  current: PackageSide,
  baseline: PackageSide,
  isUnseen: (each: InstalledPackage) => boolean = () => false,
) {
  const now = placed(current.packages);
  // A stored package does not have the ecosystem that its versions are compared with.
  const known = new Map(current.packages.map(({ type, ecosystem }) => [type, ecosystem]));
  const stored = baseline.packages.map((each) => ({ ...each, ecosystem: each.ecosystem ?? known.get(each.type) }));
  const changed = pair(placed(stored), now, [{ keys: releaseAt }]);
  const { pairs, gone, fresh } = pair(changed.gone.toSorted(byVersion), changed.fresh.toSorted(byVersion), [
    { keys: ({ place }) => [place] },
  ]);
  const here = new Set(now.map(({ place }) => place));
  const lost = gone.filter(({ each, place }) => here.has(place) || !isUnseen(each));
  const unseen = gone.length - lost.length;
  const moved = pair(lost, fresh, [{ keys: ({ each }) => [`${each.type}\0${each.name}\0${each.version}`] }]).pairs;
  const left = new Set(moved.values());
  const [found, former] = [advisoriesIn(current.findings), advisoriesIn(baseline.findings)];
  const changeOf = (to: Placed | undefined, from: Placed | undefined): PackageChange => {
    const { each: about } = (to ?? from) as Placed;
    const [after, before] = [advisoriesOf(found, to), advisoriesOf(former, from ?? (to && moved.get(to)))];
    const isMoved = to === undefined && from !== undefined && left.has(from);
    return {
      kind: kindOf(ecosystemOf(about), from?.each.version, to?.each.version),
      name: about.name,
      type: about.type,
      path: about.path,
      from: from?.each.version,
      to: to?.each.version,
      brought: difference(after, before),
      cleared: difference(isMoved ? [] : before, after),
    };
  };
  const changes = [
    ...[...pairs].map(([to, from]) => changeOf(to, from)),
    ...fresh.map((to) => changeOf(to, undefined)),
    ...lost.map((from) => changeOf(undefined, from)),
  ];
  const counts = { gained: 0, upgraded: 0, downgraded: 0, changed: 0, lost: 0 };
  for (const { kind } of changes) counts[kind] += 1;
  return {
    /** Sorted by the advisories that each change brought, the most severe first, then by kind and name. */
    changes: changes.sort(byWeight),
    /** Number of changes of each kind. */
    counts,
    /** Number of the baseline's packages that could not be checked, so it is unknown if they are lost. Absent: none. */
    ...(unseen > 0 && { unseen }),
  };
}

interface Placed {
  readonly each: InstalledPackage;
  /** Equal for the same package in any version. */
  readonly place: string;
}

/** The packages, without duplicates of a version at a place. */
function placed(packages: readonly InstalledPackage[]): Placed[] {
  const all = packages.map((each): Placed => ({ each, place: placeOf(each, each.path) }));
  return [...new Map(all.map((one) => [releaseAt(one)[0], one])).values()];
}

function placeOf(about: Pick<FindingPackage, "type" | "name" | "version">, path = ""): string {
  return `${about.type}\0${about.name}\0${pathWithoutVersion(path, about)}`;
}

function releaseAt({ each, place }: Placed): [string] {
  return [`${place}\0${each.version}`];
}

function byVersion({ each: a }: Placed, { each: b }: Placed): number {
  return compareVersions(ecosystemOf(a), a.version, b.version) || compareText(a.version, b.version);
}

/** The findings of each package in one version, by {@link releaseAt}. */
function advisoriesIn(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return Map.groupBy(findings, ({ package: about, path }) =>
    about === undefined ? "" : `${placeOf(about, path)}\0${about.version}`,
  );
}

function advisoriesOf(known: ReadonlyMap<string, readonly Finding[]>, at: Placed | undefined): readonly Finding[] {
  return (at && known.get(releaseAt(at)[0])) ?? [];
}

function kindOf(ecosystem: string, from: string | undefined, to: string | undefined): PackageChangeKind {
  if (from === undefined) return "gained";
  if (to === undefined) return "lost";
  const order = compareVersions(ecosystem, from, to);
  if (order === undefined || order === 0) return "changed";
  return order < 0 ? "upgraded" : "downgraded";
}

/** The advisories of the first list that are not in the second, without duplicates. */
function difference(these: readonly Finding[], those: readonly Finding[]): PackageFindings {
  const known = new Set(those.map(({ id }) => id));
  const severities = new Map(these.flatMap(({ id, severity }) => (known.has(id) ? [] : [[id, severity]])));
  return { ids: [...severities.keys()], bySeverity: countSeverities([...severities.values()], (each) => each) };
}

function byWeight(a: PackageChange, b: PackageChange): number {
  return (
    compareCounts(b.brought.bySeverity, a.brought.bySeverity) ||
    compareCounts(b.cleared.bySeverity, a.cleared.bySeverity) ||
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    compareText(a.name, b.name) ||
    compareText(a.path ?? "", b.path ?? "")
  );
}

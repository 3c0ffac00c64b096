import { addTo } from "../collections.ts";
import { ecosystemOf, type Finding, type FindingPackage } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { pathWithoutVersion } from "../same/place.ts";
import { type Counts, compareCounts, perSeverity } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import { compareVersions } from "../versions/compare.ts";
import { compareText } from "../versions/order.ts";

/** `changed`: another version, but we do not know whether it is newer. */
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

export interface PackageFindings {
  /** Each once. */
  readonly ids: readonly string[];
  readonly bySeverity: Counts;
}

export interface PackageChanges {
  /** The change that brought the most of the most severe advisories first, then by kind and name. */
  readonly changes: readonly PackageChange[];
  /** How many there are of each kind. */
  readonly counts: Readonly<Record<PackageChangeKind, number>>;
  /** Number of the baseline's packages that could not be looked at: they may or may not be lost. Absent: none. */
  readonly unseen?: number | undefined;
}

/** One side of a comparison. */
export interface PackageSide {
  readonly packages: readonly InstalledPackage[];
  readonly findings: readonly Finding[];
}

const KINDS: readonly PackageChangeKind[] = ["gained", "downgraded", "changed", "upgraded", "lost"];

/**
 * What an image gained, lost, upgraded and downgraded compared with its baseline, by each ecosystem's version order. A
 * package is the same if type, name and path are the same, except for its own version within the path. If one place has
 * several versions, those on both sides are ignored, and the others are paired in order. Takes linear time.
 * @param isUnseen whether a package of the baseline could not be looked at, so that it may still be there
 */
export function packageChanges(
  current: PackageSide,
  baseline: PackageSide,
  isUnseen: (each: InstalledPackage) => boolean = () => false,
): PackageChanges {
  const [now, before] = [placesOf(current.packages), placesOf(withEcosystems(baseline.packages, current.packages))];
  const [found, known] = [findingsOf(current.findings), findingsOf(baseline.findings)];
  const placed: Placed[] = [];
  let unseen = 0;
  for (const [place, versions] of now)
    for (const pair of pairs(versions, before.get(place))) placed.push({ pair, place });
  for (const [place, versions] of before)
    if (!now.has(place))
      for (const pair of pairs(undefined, versions))
        if (isUnseen(pair.from as InstalledPackage)) unseen += 1;
        else placed.push({ pair, place });
  const changes = withMoves(placed).map((each) => changeOf(each, found, known));
  const counts = { gained: 0, upgraded: 0, downgraded: 0, changed: 0, lost: 0 };
  for (const { kind } of changes) counts[kind] += 1;
  return { changes: changes.sort(byWeight), counts, ...(unseen > 0 && { unseen }) };
}

/**
 * Packages from an earlier run only have the scanner's types. This run's packages supply the ecosystem of each type.
 */
function withEcosystems(stored: readonly InstalledPackage[], scanned: readonly InstalledPackage[]): InstalledPackage[] {
  const known = new Map(scanned.map(({ type, ecosystem }) => [type, ecosystem]));
  return stored.map((each) => {
    const ecosystem = each.ecosystem ?? known.get(each.type);
    return ecosystem === each.ecosystem ? each : { ...each, ecosystem };
  });
}

/** The packages of one identity, keyed by version. */
type Versions = ReadonlyMap<string, InstalledPackage>;
type Places = ReadonlyMap<string, Versions>;

function placesOf(packages: readonly InstalledPackage[]): Places {
  const places = new Map<string, Map<string, InstalledPackage>>();
  for (const each of packages) {
    const place = placeOf(each, each.path);
    const versions = places.get(place) ?? new Map<string, InstalledPackage>();
    places.set(place, versions.set(each.version, each));
  }
  return places;
}

function placeOf(about: { readonly type: string; readonly name: string; readonly version: string }, path = ""): string {
  return `${about.type}\0${about.name}\0${pathWithoutVersion(path, about)}`;
}

interface Pair {
  readonly to?: InstalledPackage | undefined;
  readonly from?: InstalledPackage | undefined;
}

/** A change, and the identity of its package. */
interface Placed {
  readonly pair: Pair;
  readonly place: string;
  /** For one that was lost at one path and gained at another in the same version: where it was, or now is. */
  readonly moved?: string | undefined;
}

/** A package that moved has brought and cleared nothing by that. */
function withMoves(placed: readonly Placed[]): readonly Placed[] {
  const lost = new Map<string, number[]>();
  for (const [index, { pair }] of placed.entries())
    if (pair.from !== undefined && pair.to === undefined) {
      const key = releaseOf(pair.from);
      addTo(lost, key, index);
    }
  const moved = new Map<number, string>();
  for (const [index, { pair, place }] of placed.entries()) {
    if (pair.to === undefined || pair.from !== undefined) continue;
    const from = lost.get(releaseOf(pair.to))?.pop();
    if (from === undefined) continue;
    moved.set(index, (placed[from] as Placed).place).set(from, place);
  }
  return moved.size === 0 ? placed : placed.map((each, index) => ({ ...each, moved: moved.get(index) }));
}

function releaseOf({ type, name, version }: InstalledPackage): string {
  return `${type}\0${name}\0${version}`;
}

/** Pairs versions that only one side has, oldest with oldest. What remains was gained or lost. */
function pairs(now: Versions | undefined, before: Versions | undefined): Pair[] {
  const added = only(now, before);
  const gone = only(before, now);
  return Array.from({ length: Math.max(added.length, gone.length) }, (_, index) => ({
    to: added[index],
    from: gone[index],
  }));
}

function only(side: Versions | undefined, other: Versions | undefined): InstalledPackage[] {
  if (side === undefined) return [];
  const rest = [...side.values()].filter(({ version }) => other?.has(version) !== true);
  return rest.sort(
    (a, b) => compareVersions(ecosystemOf(a), a.version, b.version) || compareText(a.version, b.version),
  );
}

/** Severities of one package version's advisories, keyed by advisory. */
type Advisories = ReadonlyMap<string, Finding["severity"]>;
const NONE: Advisories = new Map();

function findingsOf(findings: readonly Finding[]): ReadonlyMap<string, Advisories> {
  const known = new Map<string, Map<string, Finding["severity"]>>();
  const advisoriesAt = (key: string): Map<string, Finding["severity"]> => {
    const advisories = known.get(key) ?? new Map<string, Finding["severity"]>();
    known.set(key, advisories);
    return advisories;
  };
  // Findings share their packages: the key for each package and path is built only once.
  const at = memoize((about: FindingPackage) =>
    memoize((path: string) => advisoriesAt(`${placeOf(about, path)}\0${about.version}`)),
  );
  for (const { id, severity, package: about, path } of findings)
    if (about !== undefined) at(about)(path ?? "").set(id, severity);
  return known;
}

function changeOf(
  { pair: { from, to }, place, moved }: Placed,
  found: ReadonlyMap<string, Advisories>,
  known: ReadonlyMap<string, Advisories>,
): PackageChange {
  const about = (to ?? from) as InstalledPackage;
  const { name, type, path } = about;
  const after = (to && found.get(`${place}\0${to.version}`)) ?? NONE;
  const wasAt = placeBefore({ pair: { from, to }, place, moved });
  const before = (wasAt === undefined ? undefined : known.get(`${wasAt}\0${(from ?? about).version}`)) ?? NONE;
  return {
    kind: kindOf(ecosystemOf(about), from?.version, to?.version),
    name,
    type,
    path,
    from: from?.version,
    to: to?.version,
    brought: difference(after, before),
    cleared: difference(before, after),
  };
}

/** Where the package was. Undefined if nowhere, or if what differs is told where it has moved to. */
function placeBefore({ pair: { from, to }, place, moved }: Placed): string | undefined {
  if (from === undefined) return moved;
  return to === undefined && moved !== undefined ? undefined : place;
}

function kindOf(ecosystem: string, from: string | undefined, to: string | undefined): PackageChangeKind {
  if (from === undefined) return "gained";
  if (to === undefined) return "lost";
  const order = compareVersions(ecosystem, from, to);
  if (order === undefined || order === 0) return "changed";
  return order < 0 ? "upgraded" : "downgraded";
}

function difference(these: Advisories, those: Advisories): PackageFindings {
  const bySeverity = perSeverity(() => 0);
  const ids: string[] = [];
  for (const [id, severity] of these) {
    if (those.has(id)) continue;
    ids.push(id);
    bySeverity[severity] += 1;
  }
  return { ids, bySeverity };
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

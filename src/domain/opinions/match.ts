import { addTo } from "../collections.ts";
import type { Finding } from "../finding.ts";

/** One scanner's finding. */
export interface Row {
  /** The scanner's number. */
  readonly by: number;
  readonly finding: Finding;
  /** Path of the package. Empty: it is not known, or tells nothing. */
  readonly place: string;
}

/** Rows of different scanners that are one finding: at most one of each scanner. */
export type Group = readonly Row[];

/**
 * More findings of one package with one common id are not told apart by it. Such an id (a distribution's notice for
 * hundreds of advisories) connects nothing, so that the time stays linear.
 */
const HUB = 64;

/**
 * Finds the rows that are one finding, among rows about one package in one version. A scanner's own rows are never
 * joined with each other: it counts them as several, and a chain or cycle of aliases cannot merge more rows than there
 * are scanners. The result does not depend on the rows' order.
 * @param scanners how many there are
 */
export function matchRows(rows: readonly Row[], scanners: number): Group[] {
  const first = rows[0] as Row;
  if (rows.every(({ by }) => by === first.by)) return rows.map((row) => [row]);
  const groups: Cluster[] = [];
  for (const same of byId(rows).values()) groups.push(...joinedByPlace(same.map(clusterOf)));
  const open = groups.filter(({ rows: { length } }) => length < scanners);
  const isDone = open.length < 2 || open.every((each) => each.rows.every(({ finding }) => !finding.aliases?.length));
  if (isDone) return groups.map((group) => group.rows);
  const whole = groups.filter(({ rows: { length } }) => length === scanners);
  return [...whole, ...joinedByAlias(open)].map((group) => group.rows);
}

/** A group that may still grow. */
interface Cluster {
  rows: Row[];
  place: string;
  /** The group that it became a part of. */
  into?: Cluster;
  /** Its CVEs, once they were asked for. */
  cves?: ReadonlySet<string> | undefined;
  /** What it is sorted by, once that was asked for. */
  key?: string | undefined;
}

function clusterOf(row: Row): Cluster {
  return { rows: [row], place: row.place };
}

function byId(rows: readonly Row[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    addTo(found, row.finding.id, row);
  }
  return found;
}

/** How well two places fit, best first. Different known places are different findings. */
const FITS: readonly ((a: string, b: string) => boolean)[] = [
  (a, b) => a === b,
  // A scanner may name the archive, and another one the file in it.
  (a, b) => a !== "" && b !== "" && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
  (a, b) => a === "" || b === "",
];

/** Joins clusters of one id, those at one place first. */
function joinedByPlace(clusters: Cluster[]): Cluster[] {
  const [first, second, third] = clusters;
  if (second === undefined) return clusters;
  if (third === undefined && isFree(first as Cluster, second)) {
    if (FITS.some((fits) => fits((first as Cluster).place, second.place))) join(first as Cluster, second);
    return clusters.filter(isRoot);
  }
  const sorted = inOrder(clusters);
  joinAtSamePlace(sorted);
  const left = sorted.filter(isRoot);
  if (left.length <= HUB) joinFitting(left);
  return left.filter(isRoot);
}

/** The first of each scanner at a place are one, and so on. Linear: one advisory may be at thousands of places. */
function joinAtSamePlace(sorted: readonly Cluster[]): void {
  for (const at of Map.groupBy(sorted, ({ place }) => place).values()) {
    const byScanner = Map.groupBy(at, ({ rows }) => (rows[0] as Row).by);
    const lists = [...byScanner.values()];
    for (let index = 0; lists.some((list) => index < list.length); index++) {
      const [into, ...others] = lists.flatMap((list) => list[index] ?? []);
      for (const other of others) join(into as Cluster, other);
    }
  }
}

function joinFitting(clusters: readonly Cluster[]): void {
  for (const fits of FITS)
    for (const [index, one] of clusters.entries()) {
      if (one.into !== undefined) continue;
      for (const other of clusters.slice(index + 1))
        if (other.into === undefined && isFree(one, other) && fits(one.place, other.place) && isOneWeakness(one, other))
          join(one, other);
    }
}

/** Joins clusters that share any id. Ids are taken in their own order. */
function joinedByAlias(clusters: readonly Cluster[]): Cluster[] {
  const byAnyId = new Map<string, Cluster[]>();
  const numbers = new Map(clusters.map((cluster, index) => [cluster, index]));
  for (const cluster of clusters)
    for (const id of idsOf(cluster)) {
      addTo(byAnyId, id, cluster);
    }
  const shared = [...byAnyId].filter(([, { length }]) => length > 1 && length <= HUB);
  // Groups that share many ids are not joined by one of them if they were not joined by another.
  const tried = new Set<string>();
  for (const [, sharing] of shared.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const roots = [...new Set(sharing.map(rootOf))];
    if (roots.length < 2) continue;
    const sorted = inOrder(roots);
    const which = sorted.map((root) => numberOf(root, numbers)).join();
    if (tried.has(which)) continue;
    tried.add(which);
    joinFitting(sorted);
  }
  return clusters.filter(isRoot);
}

function idsOf({ rows }: Cluster): Set<string> {
  return new Set(rows.flatMap(({ finding }) => [finding.id, ...(finding.aliases ?? [])]));
}

/** A notice may be about several CVEs. It does not make two different CVEs one finding. */
function isOneWeakness(one: Cluster, other: Cluster): boolean {
  const cves = cvesOf(one);
  const others = cvesOf(other);
  if (cves.size === 0 || others.size === 0) return true;
  for (const id of cves) if (others.has(id)) return true;
  return false;
}

function cvesOf(cluster: Cluster): ReadonlySet<string> {
  cluster.cves ??= new Set([...idsOf(cluster)].filter((id) => id.startsWith("CVE-")));
  return cluster.cves;
}

/** With how many rows, too: a group that has grown since may be joined now. */
function numberOf(root: Cluster, numbers: ReadonlyMap<Cluster, number>): string {
  return `${numbers.get(root)}:${root.rows.length}`;
}

function isFree(one: Cluster, other: Cluster): boolean {
  return one.rows.every(({ by }) => other.rows.every((row) => row.by !== by));
}

function join(into: Cluster, other: Cluster): void {
  into.rows.push(...other.rows);
  // The longer place is the more exact one.
  if (other.place.length > into.place.length) into.place = other.place;
  other.into = into;
  into.cves = undefined;
  into.key = undefined;
}

function rootOf(cluster: Cluster): Cluster {
  let root = cluster;
  while (root.into !== undefined) root = root.into;
  return root;
}

function isRoot({ into }: Cluster): boolean {
  return into === undefined;
}

/** By their content, so that nothing depends on the order in which scanners wrote them. */
function inOrder(clusters: readonly Cluster[]): Cluster[] {
  if (clusters.length < 2) return [...clusters];
  const keyed = clusters.map((cluster) => ({ cluster, key: keyOf(cluster) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ cluster }) => cluster);
}

function keyOf(cluster: Cluster): string {
  const texts = () => cluster.rows.map(({ by, finding }) => `${by} ${JSON.stringify(finding)}`).sort();
  cluster.key ??= `${cluster.place}\n${texts().join("\n")}`;
  return cluster.key;
}

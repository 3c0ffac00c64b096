import { addTo } from "../../domain/collections.ts";
import type { Finding } from "../../domain/finding.ts";
import { type Purl, parsePurl, purlKey } from "../../domain/purl.ts";
import type { InstalledPackage } from "../../domain/target.ts";

/** A package in one place of a target, with the packages that bring it in. */
export interface Place {
  readonly purl: Purl | undefined;
  /** {@link purlKey} of the package URL. */
  readonly key: string | undefined;
  /** The packages of the same list that depend on it. */
  readonly users: Place[];
  /** True if it is in the target directly: no package of its list depends on it, or the list's owner names it. */
  isEntry: boolean;
  /** True if some entry leads to it. */
  isReached: boolean;
}

/** The packages of one target, with the packages that each one brings in. */
export interface Places {
  /** The package that a finding is about. Several, if the scanner's result does not distinguish them. */
  of(finding: Finding): readonly Place[];
  /** Keys of all packages. */
  readonly keys: ReadonlySet<string>;
}

/**
 * The budget of packages and claims that a run may follow for all its findings. A hostile list of packages could make
 * each finding follow all of it.
 */
export interface Steps {
  left: number;
}

/** Highest number of {@link Steps} in a run: some seconds. */
export const MOST_STEPS = 20_000_000;

/** Takes steps from the budget. False: it has too few left. */
export function take(steps: Steps, count: number): boolean {
  steps.left -= count;
  return steps.left >= 0;
}

/**
 * Finds the packages that bring in others, from the scanner's list: by the list's file (a lock file, a program, the
 * operating system) and the ids in it. Takes linear time in packages and links.
 */
export function placesOf(packages: readonly InstalledPackage[]): Places {
  const byPlace = new Map<string, Place[]>();
  const keys = new Set<string>();
  for (const list of Map.groupBy(packages, listOf).values()) {
    const places = linked(list);
    for (const [index, { name, version, type, path }] of list.entries()) {
      const place = places[index] as Place;
      if (place.key !== undefined) keys.add(place.key);
      const id = placeId(type, path, name, version);
      addTo(byPlace, id, place);
    }
  }
  return {
    keys,
    of: ({ package: about, path }) =>
      (about && byPlace.get(placeId(about.type, path, about.name, about.version))) ?? [],
  };
}

/** The packages above those, up to the entries. Undefined: too many {@link Steps}. */
export function usersOf(leaves: readonly Place[], steps: Steps): ReadonlySet<Place> | undefined {
  const found = new Set(leaves);
  for (const place of found) {
    if (!take(steps, 1 + place.users.length)) return undefined;
    for (const user of place.users) found.add(user);
  }
  for (const leaf of leaves) found.delete(leaf);
  return found;
}

/**
 * The barriers in front of these packages, if every path to them leads through one. Undefined: a path leads around, the
 * path is unknown, or there are too many {@link Steps}.
 */
export function barriersAround(
  leaves: readonly Place[],
  isBarrier: (place: Place) => boolean,
  steps: Steps,
): ReadonlySet<Place> | undefined {
  const open = new Set(leaves);
  const barriers = new Set<Place>();
  for (const place of open) {
    if (place.isEntry || !place.isReached) return undefined;
    if (!take(steps, 1 + place.users.length)) return undefined;
    for (const user of place.users) (isBarrier(user) && !open.has(user) ? barriers : open).add(user);
  }
  return barriers;
}

/** Packages with their own files are one list for each type. */
function listOf({ type, path, listedIn }: InstalledPackage): string {
  return listedIn === "own-file" ? type : `${type}\0${path ?? ""}`;
}

function placeId(type: string, path: string | undefined, name: string, version: string): string {
  return [type, path ?? "", name, version].join("\0");
}

function linked(list: readonly InstalledPackage[]): Place[] {
  const places = list.map(({ purl: text }): Place => {
    const purl = text === undefined ? undefined : parsePurl(text);
    return { purl, key: purl && purlKey(purl), users: [], isEntry: false, isReached: false };
  });
  const byId = new Map(list.map((each, index) => [idOf(each), places[index] as Place]));
  const needs = new Map(places.map((place) => [place, [] as Place[]]));
  const used = new Set<string>();
  for (const [index, each] of list.entries())
    for (const id of each.dependsOn ?? []) {
      const [user, need] = [places[index] as Place, byId.get(id)];
      if (need === user) continue;
      used.add(id);
      need?.users.push(user);
      if (need !== undefined) needs.get(user)?.push(need);
    }
  const hasRoot = list.some(({ relationship }) => relationship === "root");
  for (const [index, each] of list.entries())
    (places[index] as Place).isEntry = each.relationship === "direct" ? !hasRoot : !used.has(idOf(each));
  const reached = new Set(places.filter(({ isEntry }) => isEntry));
  for (const place of reached) {
    place.isReached = true;
    for (const need of needs.get(place) ?? []) reached.add(need);
  }
  return places;
}

function idOf({ id, name, version }: InstalledPackage): string {
  return id ?? `${name}@${version}`;
}

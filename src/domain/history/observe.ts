import { idsOf, isSameAdvisory, otherIds } from "../advisory-ids.ts";
import { type FindingKind, type FindingPackage, isFixable } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { purlWithoutVersion } from "../purl.ts";
import { pathWithoutVersion } from "../same/place.ts";
import { SEVERITIES, type SeverityName, severityName, severityRank } from "../severity.ts";
import { scannersOf } from "../target.ts";
import type { JudgedFinding, JudgedTarget } from "../verdict.ts";
import type { FindingRecord } from "./record.ts";

/** A finding as the running images of one name have it in one run. */
export interface Observed
  extends Pick<
    FindingRecord,
    | "kind"
    | "id"
    | "aliases"
    | "package"
    | "path"
    | "versions"
    | "severity"
    | "accepted-by"
    | "accepted-until"
    | "seen-by"
  > {
  /** Whether any image of them has a known fix for it. */
  readonly fixable: boolean;
}

/** What stays the same when a package gets another version. */
interface Place {
  readonly package: string | undefined;
  readonly path: string | undefined;
  /** By {@link placeKey}. */
  readonly key: string;
}

/** Finds the lasting place of a package. One function for all images of a run, since it remembers package URLs. */
export type Places = (about: FindingPackage | undefined, path: string | undefined) => Place;

const NAMES = new Map(SEVERITIES.map((severity) => [severity, severityName(severity)]));
const RANKS = new Map<SeverityName, number>(
  SEVERITIES.map((severity) => [severityName(severity), severityRank(severity)]),
);

/** What makes a finding the same over time. */
type Identity = Pick<FindingRecord, "kind" | "id" | "package" | "path">;

/** The key of an advisory at one place. Nearly all are vulnerabilities, and an id has no line break. */
function advisoryKey(kind: FindingKind, id: string): string {
  return kind === "vulnerability" ? oneLined(id) : `${kind}\n${oneLined(id)}`;
}

/** The key of a package at its path, which no two different ones share. */
function placeKey(about: string | undefined, path: string | undefined): string {
  return `${about === undefined ? "" : oneLined(about)}\n${path === undefined ? "" : oneLined(path)}`;
}

/** A text without line breaks; different texts stay different. */
function oneLined(text: string): string {
  return text.includes("\n") || text.includes("\\") ? JSON.stringify(text) : text;
}

/** Places that are remembered: those of the packages that many images have from the same base. */
const MOST_PLACES = 200_000;

/** A new {@link Places}. */
export function createPlaces(): Places {
  const nameOf = memoize(purlWithoutVersion);
  const known = new Map<string, Map<string, Place>>();
  let count = 0;
  let last:
    | { readonly about: FindingPackage | undefined; readonly path: string | undefined; readonly place: Place }
    | undefined;

  function made(about: FindingPackage | undefined, path: string | undefined): Place {
    const name = about && (about.purl === undefined ? `${about.type}/${about.name}` : nameOf(about.purl));
    const lasting = path === undefined ? undefined : pathWithoutVersion(path, about);
    return { package: name, path: lasting, key: placeKey(name, lasting) };
  }

  function memoized(about: FindingPackage, path: string): Place {
    const { purl, type, name, version } = about;
    // With the lengths no two packages have the same text: one image must not decide how another's paths are read.
    const release = `${name.length} ${version.length} ${purl === undefined ? type : `purl ${purl}`} ${name} ${version}`;
    const places = known.get(release) ?? new Map<string, Place>();
    const there = places.get(path);
    if (there !== undefined) return there;
    const place = made(about, path);
    if (count >= MOST_PLACES) return place;
    count += 1;
    places.set(path, place);
    known.set(release, places);
    return place;
  }

  return (about, path) => {
    // A scan lists the findings of one package one after the other.
    if (last !== undefined && last.path === path && last.about === about) return last.place;
    const place = about === undefined || path === undefined ? made(about, path) : memoized(about, path);
    last = { about, path, place };
    return place;
  };
}

/**
 * The findings of the running images of one name. Half a million of them are looked up in a run, most of them beside
 * others of the same place. So the key of a place is made once for all of its findings.
 */
export class Observations {
  readonly #places = new Map<string, Map<string, Observed>>();
  #last: { readonly package: string | undefined; readonly path: string | undefined; readonly place: Place["key"] } = {
    package: undefined,
    path: undefined,
    place: placeKey(undefined, undefined),
  };
  #size = 0;

  /** Number of findings. */
  get size(): number {
    return this.#size;
  }

  /** The same finding as it is now; undefined if no image has it. */
  get({ kind, id, package: about, path }: Identity): Observed | undefined {
    if (this.#last.package !== about || this.#last.path !== path)
      this.#last = { package: about, path, place: placeKey(about, path) };
    return this.#places.get(this.#last.place)?.get(advisoryKey(kind, id));
  }

  /** @param seenBy who sees what has no opinions of its own */
  add(judged: JudgedFinding, place: Place, seenBy?: readonly string[]): void {
    const { kind, id } = judged.finding;
    let there = this.#places.get(place.key);
    if (there === undefined) {
      there = new Map();
      this.#places.set(place.key, there);
    }
    const key = advisoryKey(kind, id);
    const known = there.get(key);
    const observed = observedOf(judged, place, seenBy);
    there.set(key, known === undefined ? observed : both(known, observed));
    if (known === undefined) this.#size += 1;
  }

  /**
   * Joins what goes by different ids in different images, which not all of the scanners have read. What one image has
   * twice are two findings.
   */
  joinNames(targets: readonly JudgedTarget[], placeOf: Places): void {
    const images = new Map<Observed, Set<number>>();
    for (const [number, { findings }] of targets.entries())
      for (const { finding } of findings) {
        const place = placeOf(finding.package, finding.path);
        const seen = this.#places.get(place.key)?.get(advisoryKey(finding.kind, finding.id));
        if (seen !== undefined) images.set(seen, (images.get(seen) ?? new Set()).add(number));
      }
    for (const there of this.#places.values()) this.#size -= joinNamesAt(there, images);
  }

  *[Symbol.iterator](): Generator<Observed> {
    for (const place of this.#places.values()) yield* place.values();
  }
}

/** @returns how many were joined with another one */
function joinNamesAt(there: Map<string, Observed>, images: ReadonlyMap<Observed, ReadonlySet<number>>): number {
  const named = new Map<string, Observed>();
  const imagesOf = new Map(images);
  let joins = 0;
  // A CVE first: the others go by it.
  const sorted = [...there.values()].filter(({ kind }) => kind === "vulnerability").sort(byId);
  if (sorted.length < 2) return 0;
  for (const each of sorted) {
    const [own, ids] = [imagesOf.get(each) ?? new Set<number>(), idsOf(each)];
    const same = ids
      .flatMap((id) => named.get(id) ?? [])
      .find((other) => isSameAdvisory(other, each) && ![...own].some((image) => imagesOf.get(other)?.has(image)));
    if (same === undefined) {
      for (const id of ids) if (!named.has(id)) named.set(id, each);
      continue;
    }
    const joint = { ...both(same, each), aliases: otherIds(same.id, [same, each]) };
    imagesOf.set(joint, new Set([...(imagesOf.get(same) ?? []), ...own]));
    there.set(advisoryKey(same.kind, same.id), joint);
    there.delete(advisoryKey(each.kind, each.id));
    for (const id of idsOf(joint)) if (!named.has(id) || named.get(id) === same) named.set(id, joint);
    joins += 1;
  }
  return joins;
}

function byId(a: Observed, b: Observed): number {
  return a.id < b.id ? -1 : 1;
}

/** What scans found in the running images of one name. */
export function observe(targets: readonly JudgedTarget[], placeOf: Places): Observations {
  const seen = new Observations();
  for (const { findings, scan } of targets) {
    const seenBy = scan.opinions && scannersOf(scan);
    for (const judged of findings) seen.add(judged, placeOf(judged.finding.package, judged.finding.path), seenBy);
  }
  if (targets.length > 1 && targets.some(({ findings }) => findings.some(({ finding }) => finding.aliases)))
    seen.joinNames(targets, placeOf);
  return seen;
}

function observedOf(
  { finding, outcome, exceptions }: JudgedFinding,
  place: Place,
  seenBy: readonly string[] | undefined,
): Observed {
  const exception = outcome === "accepted" ? exceptions[0] : undefined;
  return {
    kind: finding.kind,
    id: finding.id,
    ...(finding.aliases && { aliases: finding.aliases }),
    package: place.package,
    path: place.path,
    versions: finding.package === undefined || finding.package.version === "" ? undefined : [finding.package.version],
    severity: NAMES.get(finding.severity) ?? "unknown",
    "accepted-by": outcome !== "accepted" ? undefined : exception === undefined ? "vex" : "exception",
    "accepted-until": exception?.expires,
    "seen-by": finding.opinions?.map(({ scanner }) => scanner) ?? seenBy,
    fixable: isFixable(finding),
  };
}

/** The same finding in two images, or twice in one: the worse of each. It is accepted only if both are. */
function both(a: Observed, b: Observed): Observed {
  const accepted = a["accepted-by"] !== undefined && b["accepted-by"] !== undefined;
  const until = [a["accepted-until"], b["accepted-until"]].filter((day) => day !== undefined).sort()[0];
  const aliases = a.aliases === b.aliases ? a.aliases : joined(a.aliases, b.aliases);
  return {
    ...a,
    ...(aliases && { aliases }),
    versions: joined(a.versions, b.versions),
    severity: rank(a.severity) <= rank(b.severity) ? a.severity : b.severity,
    "accepted-by": accepted ? (until === undefined ? "vex" : "exception") : undefined,
    "accepted-until": accepted ? until : undefined,
    "seen-by": joined(a["seen-by"], b["seen-by"]),
    fixable: a.fixable || b.fixable,
  };
}

function joined(a: readonly string[] = [], b: readonly string[] = []): readonly string[] | undefined {
  const all = b.every((version) => a.includes(version)) ? a : [...new Set([...a, ...b])].sort();
  return all.length === 0 ? undefined : all;
}

function rank(severity: SeverityName): number {
  return RANKS.get(severity) ?? SEVERITIES.length;
}

import { idsOf, isSameAdvisory } from "../advisory-ids.ts";
import { addTo } from "../collections.ts";
import { memoize } from "../memoize.ts";
import { subjectOf, versionOf } from "../opinions/subject.ts";
import { parsePurl } from "../purl.ts";
import type { Observations, Observed } from "./observe.ts";
import { type FindingRecord, isThere } from "./record.ts";

// Scanners name one advisory by different ids, and one place by different paths. A finding stays one whichever of them
// sees it.

/** What a run saw of the findings that are known, and what of it is not known. */
export interface KnownAgain {
  /** The finding as it is now, for each record in their order. Undefined: this run did not see it. */
  readonly seen: readonly (Observed | undefined)[];
  /** What no record is about. */
  readonly strangers: readonly Observed[];
  /** Whether any finding goes by another name than before. */
  readonly isRenamed: boolean;
}

/** Who sees findings: by it, a place that another scanner names otherwise is known again. */
export interface Sight {
  /** The scanners that saw a finding last. */
  readonly before: (record: FindingRecord) => readonly string[] | undefined;
  /** Those that looked in this run. */
  readonly now: readonly string[];
  /** It is one scanner, the same as in the last run that scanned everything. */
  readonly isSameOne: boolean;
}

/**
 * Finds what is known in what a run saw. What has the same id at the same place is the same. Of the rest, a record
 * takes what shares an id with it, at most one each. So no alias makes one of two findings vanish that are both seen.
 */
export function knownAgain(records: readonly FindingRecord[], observed: Observations, sight: Sight): KnownAgain {
  const known = new Set<Observed>();
  const seen = records.map((each) => {
    const found = observed.get(each);
    if (found !== undefined) known.add(found);
    return found;
  });
  if (known.size === observed.size) return { seen, strangers: [], isRenamed: false };
  const strangers = [...observed].filter((each) => !known.has(each));
  if (known.size === records.length) return { seen, strangers, isRenamed: false };
  const unseen = records.filter((_, at) => seen[at] === undefined);
  const hasOneName = (each: Findable & Pick<FindingRecord, "seen-by">) =>
    each.aliases === undefined && each["seen-by"] === undefined;
  if (sight.isSameOne && unseen.every(hasOneName) && strangers.every(hasOneName))
    return { seen, strangers, isRenamed: false };
  const renamed = pairs(unseen, strangers, sight);
  if (renamed.size === 0) return { seen, strangers, isRenamed: false };
  const taken = new Set(renamed.values());
  return {
    seen: seen.map((found, at) => found ?? renamed.get(records[at] as FindingRecord)),
    strangers: strangers.filter((each) => !taken.has(each)),
    isRenamed: true,
  };
}

type Findable = Pick<FindingRecord, "id" | "aliases" | "package" | "path">;

/** More findings of one package with one common id are not told apart by their places: so the time stays linear. */
const MOST_ALIKE = 64;

/** How well two different places fit, best first. */
const FITS: readonly ((a: string, b: string) => boolean)[] = [
  // A scanner may name the archive, and another one the file in it.
  (a, b) => a !== "" && b !== "" && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
  (a, b) => a === "" || b === "",
];

/** How many degrees of fitting there are. The first is that of the same place. */
export const FIT_COUNT = 1 + FITS.length;

/** Findings by their ids and places, for what goes by another of the ids, or whose place has another name. */
export class NameIndex<T extends Findable> {
  readonly #placeOf = placesIn();
  readonly #here = new Map<string, T[]>();
  readonly #anywhere = new Map<string, T[]>();

  constructor(findings: readonly T[]) {
    for (const each of findings) {
      const { subject, path } = this.#placeOf(each);
      for (const id of idsOf(each)) {
        addTo(this.#here, keyOf(subject, path, id), each);
        addTo(this.#anywhere, keyOf(subject, "", id), each);
      }
    }
  }

  /** Those that are the same advisory on the same package, whose place fits as well as that. */
  fitting(about: Findable, degree: number): readonly T[] {
    const { subject, path } = this.#placeOf(about);
    const fits = FITS[degree - 1];
    return idsOf(about).flatMap((id) => {
      const alike = (fits === undefined ? this.#here : this.#anywhere).get(
        keyOf(subject, fits === undefined ? path : "", id),
      );
      if (alike === undefined || (fits !== undefined && alike.length > MOST_ALIKE)) return [];
      return alike.filter(
        (each) => (fits === undefined || fits(path, this.#placeOf(each).path)) && isSameAdvisory(about, each),
      );
    });
  }
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** The record that each stranger is. What is there takes first, and then the last that closed. */
function pairs(
  records: readonly FindingRecord[],
  strangers: readonly Observed[],
  sight: Sight,
): ReadonlyMap<FindingRecord, Observed> {
  const found = new Map<FindingRecord, Observed>();
  const index = new NameIndex(strangers.filter(isVulnerability));
  const taken = new Set<Observed>();
  const waiting = latestFirst(records.filter(isVulnerability));
  for (let degree = 0; degree < FIT_COUNT; degree++)
    for (const record of waiting) {
      if (found.has(record)) continue;
      const next = index
        .fitting(record, degree)
        .find((each) => !taken.has(each) && (degree === 0 || isSeenByOthers(record, each, sight)));
      if (next === undefined) continue;
      taken.add(next);
      found.set(record, next);
    }
  return found;
}

function isVulnerability({ kind }: Pick<FindingRecord, "kind">): boolean {
  return kind === "vulnerability";
}

/** Whether others see it than before, who may name its place otherwise. What the same ones see elsewhere has moved. */
function isSeenByOthers(record: FindingRecord, found: Observed, { before, now }: Sight): boolean {
  const was = before(record);
  const is = found["seen-by"] ?? now;
  return was !== undefined && !(was.length === is.length && was.every((name) => is.includes(name)));
}

function latestFirst(records: readonly FindingRecord[]): readonly FindingRecord[] {
  const rank = ({ episodes }: FindingRecord) => (isThere(episodes) ? "~" : (episodes.at(-1)?.closed ?? ""));
  return records.toSorted((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0));
}

/** A place as scanners can agree on it. */
export interface LastingPlace {
  /** Equal for one package, whichever scanner names it. */
  readonly subject: string;
  /** Empty if it is not known, or tells nothing. */
  readonly path: string;
}

/** Tells where findings are, as scanners can agree on it. One for many, since it remembers packages. */
export function placesIn(): (about: Pick<FindingRecord, "package" | "path">) => LastingPlace {
  const subjectIn = memoize(lastingSubject);
  return ({ package: about, path = "" }) => {
    if (about === undefined) return { subject: "", path };
    const { key, isSystem } = subjectIn(about);
    return { subject: key, path: isSystem ? "" : path };
  };
}

/** A package as records name it: a package URL without version, or `type/name`. */
function lastingSubject(about: string) {
  const parsed = parsePurl(about);
  if (parsed !== undefined) return subjectOf({ name: parsed.name, version: "", purl: about, type: parsed.type });
  const slash = about.indexOf("/");
  return subjectOf({ name: about.slice(slash + 1), version: "", type: about.slice(0, Math.max(0, slash)) });
}

/** Names packages in one version, with the path if that tells anything, as scanners can agree on them. */
export function releasesIn(): (about: string, version: string, path?: string) => string {
  const subjectIn = memoize(lastingSubject);
  return (about, version, path = "") => {
    const { key, needs, isSystem } = subjectIn(about);
    return keyOf(key, versionOf(version, needs), isSystem ? "" : path);
  };
}

/** Whether a package belongs to a distribution. */
export function isOfSystem(about: string | undefined): boolean {
  return about !== undefined && lastingSubject(about).isSystem;
}

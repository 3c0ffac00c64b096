import { idsOf, isSameAdvisory } from "../advisory-ids.ts";
import { close } from "./episodes.ts";
import { type LastingPlace, MOST_ALIKE, PLACE_FITS, placesIn } from "./known-again.ts";
import type { FindingRecord, Instant } from "./record.ts";

/** Findings that two records were about, until it was known that their ids mean one advisory. */
export interface Renames {
  /** The findings that each goes on as, which have not ended. */
  readonly into: ReadonlyMap<FindingRecord, FindingRecord>;
  /** Each, as it ended with this run. */
  readonly ended: (was: FindingRecord) => FindingRecord;
}

/**
 * Finds among those that end what goes on under another id at the same place. It was never fixed. What does not end
 * stays as it is, whatever ids are said to mean it.
 */
export function renamesOf(
  lost: readonly FindingRecord[],
  found: readonly FindingRecord[],
  now: Instant,
): Renames | undefined {
  const isNamed = ({ aliases }: FindingRecord) => aliases !== undefined;
  if (lost.length === 0 || !(lost.some(isNamed) || found.some(isNamed))) return undefined;
  const placeOf = placesIn();
  const byName = indexOf(found, new Set(lost.map((each) => placeOf(each).subject)), placeOf);
  const into = new Map<FindingRecord, FindingRecord>();
  for (const was of lost) {
    const next = placeFor(was, byName, placeOf);
    if (next !== undefined) into.set(was, next);
  }
  return into.size === 0 ? undefined : { into, ended: (was) => close(was, now, "fixed") };
}

type PlaceOf = (about: FindingRecord) => LastingPlace;
type Index = ReadonlyMap<string, readonly FindingRecord[]>;

function indexOf(found: readonly FindingRecord[], subjects: ReadonlySet<string>, placeOf: PlaceOf): Index {
  const byName = new Map<string, FindingRecord[]>();
  for (const each of found) {
    const { subject } = placeOf(each);
    if (each.kind !== "vulnerability" || !subjects.has(subject)) continue;
    for (const id of idsOf(each)) {
      const key = `${subject}\n${id}`;
      const list = byName.get(key);
      if (list === undefined) byName.set(key, [each]);
      else list.push(each);
    }
  }
  return byName;
}

function placeFor(was: FindingRecord, byName: Index, placeOf: PlaceOf): FindingRecord | undefined {
  const { subject, path } = placeOf(was);
  const alike = idsOf(was).flatMap((id) => byName.get(`${subject}\n${id}`) ?? []);
  // What is at another place under the same id has moved, or is another copy.
  const others = alike.filter((each) => each.id !== was.id && isSameAdvisory(was, each));
  for (const [rank, fits] of PLACE_FITS.entries()) {
    if (rank > 0 && others.length > MOST_ALIKE) return undefined;
    const next = others.find((each) => fits(path, placeOf(each).path));
    if (next !== undefined) return next;
  }
  return undefined;
}

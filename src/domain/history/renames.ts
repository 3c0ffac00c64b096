import { close } from "./episodes.ts";
import { FIT_COUNT, NameIndex, placesIn } from "./known-again.ts";
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
  const subjects = new Set(lost.map((each) => placeOf(each).subject));
  const isAlike = (each: FindingRecord) => each.kind === "vulnerability" && subjects.has(placeOf(each).subject);
  const index = new NameIndex(found.filter(isAlike));
  const into = new Map<FindingRecord, FindingRecord>();
  for (const was of lost) {
    const next = placeFor(was, index);
    if (next !== undefined) into.set(was, next);
  }
  return into.size === 0 ? undefined : { into, ended: (was) => close(was, now, "fixed") };
}

function placeFor(was: FindingRecord, index: NameIndex<FindingRecord>): FindingRecord | undefined {
  for (let degree = 0; degree < FIT_COUNT; degree++) {
    // What is at another place under the same id has moved, or is another copy.
    const next = index.fitting(was, degree).find((each) => each.id !== was.id);
    if (next !== undefined) return next;
  }
  return undefined;
}

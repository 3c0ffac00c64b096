import { weaknessIds } from "../advisory-ids.ts";
import { addTo } from "../collections.ts";
import { aliasesOf, close } from "./episodes.ts";
import { FIT_COUNT, NameIndex, placesIn } from "./known-again.ts";
import { earlier } from "./order.ts";
import {
  type ClosedBecause,
  type Episode,
  type FindingRecord,
  type Instant,
  presentSince,
  returnsFrom,
} from "./record.ts";
import type { ImageChange } from "./seen.ts";

/** The findings of one image name after a run, before those that it no longer saw are closed. */
interface Unsettled {
  readonly findings: readonly FindingRecord[];
  /** Those of {@link findings} that the run saw, as they are after it. */
  readonly found: readonly FindingRecord[];
  /** Those of {@link found} that the run opened. */
  readonly opened: readonly FindingRecord[];
  /** Those of {@link findings} that close with the run unless they have moved. */
  readonly ending: ReadonlyMap<FindingRecord, ClosedBecause>;
}

type Settled = Pick<ImageChange, "opened" | "closed"> & { readonly findings: readonly FindingRecord[] };

/** Joins what has moved, and closes what is no longer there. The findings keep their order. */
export function settle({ findings, found, opened, ending }: Unsettled, now: Instant): Settled {
  const recently = returnsFrom(now);
  const closed = findings.filter(({ episodes }) => (episodes.at(-1)?.closed ?? "") >= recently);
  const { joined, gone, continued } = movesOf({ found, lost: [...ending.keys()], closed }, now);
  const closings: FindingRecord[] = [];
  const after: FindingRecord[] = [];
  for (const each of findings) {
    const why = ending.get(each);
    if (gone.has(each)) continue;
    const settled = why === undefined ? (joined.get(each) ?? each) : close(each, now, why);
    if (why !== undefined) closings.push(settled);
    after.push(settled);
  }
  const openings = opened.filter((each) => !continued.has(each)).map((each) => joined.get(each) ?? each);
  return { findings: after, opened: openings, closed: closings };
}

type Movable = Pick<FindingRecord, "kind" | "id" | "aliases" | "package" | "path" | "versions">;

/** What may have moved, and where to. */
interface Seen {
  /** Those that are there, as they are now. */
  readonly found: readonly FindingRecord[];
  /** Those that were there before, and are no longer. */
  readonly lost: readonly FindingRecord[];
  /** Those that had closed before. */
  readonly closed: readonly FindingRecord[];
}

/** Findings that go on at another path. */
interface Moves {
  /** The record that goes on, by the found one that it is. */
  readonly joined: ReadonlyMap<FindingRecord, FindingRecord>;
  /** Records of {@link Seen.lost} and {@link Seen.closed} that are part of a joined one. */
  readonly gone: ReadonlySet<FindingRecord>;
  /** Found ones that were there before, at another path: this run did not open them. */
  readonly continued: ReadonlySet<FindingRecord>;
}

/**
 * Finds the findings that have moved: of the same advisory, package and version, at a path where they are no longer.
 * Each goes on at the path with the latest first day, if that is later than its own. So a copy that came first and
 * stays does not keep a younger first day, and one of two old copies that goes is fixed. One that had closed goes on
 * where one comes back, or came first, in time. Takes no more time than sorting: an image may have any number of
 * copies.
 */
function movesOf({ found, lost, closed }: Seen, now: Instant): Moves {
  const moves = { joined: new Map<FindingRecord, FindingRecord>(), gone: new Set<FindingRecord>() };
  const continued = new Set<FindingRecord>();
  const renames = renamesOf(lost, found, now);
  for (const [was, place] of renames?.into ?? []) {
    const sofar = moves.joined.get(place) ?? place;
    moves.joined.set(place, { ...withPast(sofar, renames?.ended(was) ?? was), ...aliasesOf(place.id, [sofar, was]) });
    moves.gone.add(was);
    continued.add(place);
  }
  const isYounger: Fits = (was, since) => since > sinceOf(was);
  const isReturned: Fits = ({ episodes }, since) => {
    const end = episodes.at(-1)?.closed;
    return end !== undefined && since >= end && end >= returnsFrom(since);
  };
  const ended = (was: FindingRecord, place: FindingRecord) => {
    continued.add(place);
    return close(was, now, "fixed");
  };
  const moved = moves.gone.size === 0 ? lost : lost.filter((each) => !moves.gone.has(each));
  join(moved, found, { fits: isYounger, ended }, moves);
  const back = found.filter(({ episodes }) => episodes.at(-1)?.opened === now);
  join(closed, back, { fits: isYounger }, moves);
  const left = closed.filter((each) => !moves.gone.has(each));
  join(left, found, { fits: isReturned }, moves);
  return { ...moves, continued };
}

/** Whether a finding may go on as one with this first day. */
type Fits = (was: FindingRecord, since: Instant) => boolean;

interface JoinRule {
  readonly fits: Fits;
  /** Ends what was there until now. */
  readonly ended?: (was: FindingRecord, place: FindingRecord) => FindingRecord;
}

interface Joining {
  readonly joined: Map<FindingRecord, FindingRecord>;
  readonly gone: Set<FindingRecord>;
}

/**
 * Joins each former finding, the oldest first, with the youngest place. A place that was taken is as old as what took
 * it.
 */
function join(
  former: readonly FindingRecord[],
  found: readonly FindingRecord[],
  { fits, ended = (was) => was }: JoinRule,
  { joined, gone }: Joining,
): void {
  const movable = oldestFirst(former);
  const places = placesOf(found, movable);
  if (places.size === 0) return;
  for (const was of movable) {
    const free = keysOf(was).flatMap((key) => {
      const stack = places.get(key) ?? [];
      while (stack.length > 0 && joined.has(stack.at(-1) as FindingRecord)) stack.pop();
      return stack.slice(-1);
    });
    const place = oldestFirst(free).at(-1);
    if (place === undefined || !fits(was, sinceOf(place))) continue;
    joined.set(place, withPast(place, ended(was, place)));
    gone.add(was);
  }
}

/** A system's package has no path, and what is in no package has no version: neither can be known again elsewhere. */
function canMove({ package: about, path }: Movable): boolean {
  return about !== undefined && path !== undefined;
}

/** A key for each installed version, by each id of the weakness. */
function keysOf(movable: Movable): string[] {
  const { kind, package: about, versions = [] } = movable;
  return weaknessIds(movable).flatMap((id) => versions.map((version) => JSON.stringify([kind, id, about, version])));
}

/** Where the same advisories on the same releases were found, the latest first day at the end. */
function placesOf(
  found: readonly FindingRecord[],
  former: readonly FindingRecord[],
): ReadonlyMap<string, FindingRecord[]> {
  const places = new Map<string, FindingRecord[]>();
  if (former.length === 0) return places;
  // A run has many findings, and few that may have moved.
  const ids = new Set(former.flatMap(weaknessIds));
  const keys = new Set(former.flatMap(keysOf));
  for (const each of oldestFirst(found.filter((each) => weaknessIds(each).some((id) => ids.has(id)))))
    for (const key of keysOf(each)) {
      if (!keys.has(key)) continue;
      addTo(places, key, each);
    }
  return places;
}

function sinceOf({ episodes, "first-seen": first }: FindingRecord): Instant {
  return presentSince(episodes) ?? first;
}

/** Those that can move, by their first days. */
function oldestFirst(records: readonly FindingRecord[]): readonly FindingRecord[] {
  const dated = records.filter(canMove).map((record) => ({ record, since: sinceOf(record) }));
  dated.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  return dated.map(({ record }) => record);
}

/** The finding as it is now, with the past of what it was. */
function withPast(now: FindingRecord, was: FindingRecord): FindingRecord {
  const [fixSince, before] = [now["fix-since"], was["fix-since"]];
  return {
    ...now,
    "first-seen": earlier(now["first-seen"], was["first-seen"]),
    "fix-since": fixSince === undefined || before === undefined ? fixSince : earlier(fixSince, before),
    episodes: united([...now.episodes, ...was.episodes]),
  };
}

/** The times in order, those that overlap or touch as one. */
function united(episodes: readonly Episode[]): readonly Episode[] {
  const all: Episode[] = [];
  for (const each of episodes.toSorted((a, b) => (a.opened < b.opened ? -1 : a.opened > b.opened ? 1 : 0))) {
    const last = all.at(-1);
    if (last === undefined || (last.closed !== undefined && last.closed < each.opened)) all.push(each);
    else if (last.closed !== undefined && (each.closed === undefined || each.closed > last.closed))
      all[all.length - 1] = { ...each, opened: last.opened };
  }
  return all;
}

/** Findings that two records were about, until it was known that their ids mean one advisory. */
interface Renames {
  /** The findings that each goes on as, which have not ended. */
  readonly into: ReadonlyMap<FindingRecord, FindingRecord>;
  /** Each, as it ended with this run. */
  readonly ended: (was: FindingRecord) => FindingRecord;
}

/**
 * Finds among those that end what goes on under another id at the same place. It was never fixed. What does not end
 * stays as it is, whatever ids are said to mean it.
 */
function renamesOf(lost: readonly FindingRecord[], found: readonly FindingRecord[], now: Instant): Renames | undefined {
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

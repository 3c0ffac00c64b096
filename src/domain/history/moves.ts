import { weaknessIds } from "../advisory-ids.ts";
import { pair } from "../same/pair.ts";
import { compareText } from "../versions/order.ts";
import { aliasesOf, close } from "./episodes.ts";
import { sameAdvisory } from "./known-again.ts";
import {
  type ClosedBecause,
  type Episode,
  type FindingRecord,
  type Instant,
  isThere,
  presentSince,
  returnsFrom,
} from "./record.ts";
import type { ImageChange } from "./running.ts";

/** The findings of one image name after a run, before those that the run no longer saw are closed. */
interface Unsettled {
  readonly findings: readonly FindingRecord[];
  /** The items of {@link findings} that the run saw, in their new state. */
  readonly found: readonly FindingRecord[];
  /** The items of {@link found} that the run opened. */
  readonly opened: readonly FindingRecord[];
  /** The items of {@link findings} that close with this run unless they have moved. */
  readonly ending: ReadonlyMap<FindingRecord, ClosedBecause>;
}

type Settled = Pick<ImageChange, "opened" | "closed"> & { readonly findings: readonly FindingRecord[] };

/**
 * Joins findings that continue at another place, and closes the others that the run no longer saw. The order stays. In
 * turn:
 * - A finding with another id at the same place continues there: it was never fixed.
 * - A finding of the same advisory, package and version at another path has moved. It continues at the path with the
 *   latest first day, if that is later than its own. Otherwise it was another copy, and is fixed.
 * - A finding that closed within the days of {@link returnsFrom} continues where a matching one returns or first
 *   appears.
 */
export function settle({ findings, found, opened, ending }: Unsettled, now: Instant): Settled {
  /** The joined records, by the found record that each one continues as. */
  const joined = new Map<FindingRecord, FindingRecord>();
  /** Records that were joined into another one. */
  const gone = new Set<FindingRecord>();
  const lost = [...ending.keys()];
  const join = (was: FindingRecord, place: FindingRecord) => {
    const sofar = joined.get(place) ?? place;
    const past = isThere(was.episodes) ? close(was, now, "fixed") : was;
    joined.set(place, { ...withPast(sofar, past), ...(was.id !== place.id && aliasesOf(place.id, [sofar, was])) });
    gone.add(was);
  };
  for (const [was, place] of renamed(lost, found)) join(was, place);
  const joinAlike = (former: readonly FindingRecord[], isMeant: typeof isOlder) => {
    const [left, open] = [former.filter((each) => !gone.has(each)), found.filter((each) => !joined.has(each))];
    for (const [place, was] of alikeByAge(left, open)) if (isMeant(was, place)) join(was, place);
  };
  joinAlike(lost, isOlder);
  // These were present before: this run did not open them.
  const continued = new Set(joined.keys());
  const recently = returnsFrom(now);
  const isBack = ({ episodes }: FindingRecord) => episodes.at(-1)?.opened === now;
  joinAlike(
    findings.filter(({ episodes }) => (episodes.at(-1)?.closed ?? "") >= recently),
    (was, place) => (isBack(place) && isOlder(was, place)) || isReturned(was, place),
  );
  const closings = new Map([...ending].map(([each, why]) => [each, close(each, now, why)]));
  for (const each of gone) closings.delete(each);
  return {
    findings: findings.flatMap((each) => (gone.has(each) ? [] : (closings.get(each) ?? joined.get(each) ?? each))),
    opened: opened.filter((each) => !continued.has(each)).map((each) => joined.get(each) ?? each),
    closed: findings.flatMap((each) => closings.get(each) ?? []),
  };
}

function isOlder(was: FindingRecord, place: FindingRecord): boolean {
  return sinceOf(was) < sinceOf(place);
}

function isReturned({ episodes }: FindingRecord, place: FindingRecord): boolean {
  const [end, since] = [episodes.at(-1)?.closed, sinceOf(place)];
  return end !== undefined && since >= end && end >= returnsFrom(since);
}

/** Pairs each ending finding with the same finding under another id. Several may continue as the same one. */
function renamed(
  lost: readonly FindingRecord[],
  found: readonly FindingRecord[],
): (readonly [FindingRecord, FindingRecord])[] {
  if (![...lost, ...found].some(({ aliases }) => aliases !== undefined)) return [];
  // A finding at another place under the same id has moved, or is another copy.
  const { pairs, gone } = pair(
    lost,
    found,
    sameAdvisory<FindingRecord, FindingRecord>((was, place) => was.id !== place.id),
  );
  if (pairs.size === 0) return [];
  return [...[...pairs].map(([place, was]) => [was, place] as const), ...renamed(gone, found)];
}

/** Pairs findings that differ only in their path: the oldest former one with the newest present one, and so on. */
function alikeByAge(former: readonly FindingRecord[], found: readonly FindingRecord[]) {
  const movable = former.filter(canMove);
  if (movable.length === 0) return [];
  // A run has many findings, and few that may have moved.
  const ids = new Set(movable.flatMap(weaknessIds));
  const places = found.filter((each) => canMove(each) && weaknessIds(each).some((id) => ids.has(id)));
  return pair(movable.toSorted(byAge), places.toSorted(byAge).reverse(), [{ keys: keysOf }]).pairs;
}

/** Neither a system's package, which has no path, nor a finding without a package can be recognised elsewhere. */
function canMove({ package: about, path }: FindingRecord): boolean {
  return about !== undefined && path !== undefined;
}

/** A key for each installed version and each id of the weakness. */
function keysOf(finding: FindingRecord): string[] {
  const { kind, package: about, versions = [] } = finding;
  return weaknessIds(finding).flatMap((id) => versions.map((version) => JSON.stringify([kind, id, about, version])));
}

function sinceOf({ episodes, "first-seen": first }: FindingRecord): Instant {
  return presentSince(episodes) ?? first;
}

function byAge(a: FindingRecord, b: FindingRecord): number {
  return compareText(sinceOf(a), sinceOf(b));
}

/** The present finding, with the history of its former record. */
function withPast(now: FindingRecord, was: FindingRecord): FindingRecord {
  const [fixSince, before] = [now["fix-since"], was["fix-since"]];
  return {
    ...now,
    "first-seen": earlier(now["first-seen"], was["first-seen"]),
    "fix-since": fixSince === undefined || before === undefined ? fixSince : earlier(fixSince, before),
    episodes: united([...now.episodes, ...was.episodes]),
  };
}

/** The episodes in order, with those that overlap or touch merged. */
function united(episodes: readonly Episode[]): readonly Episode[] {
  const all: Episode[] = [];
  for (const each of episodes.toSorted((a, b) => compareText(a.opened, b.opened))) {
    const last = all.at(-1);
    if (last === undefined || (last.closed !== undefined && last.closed < each.opened)) all.push(each);
    else if (last.closed !== undefined && (each.closed === undefined || each.closed > last.closed))
      all[all.length - 1] = { ...each, opened: last.opened };
  }
  return all;
}

/** The earlier of two instants. */
function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}

import { type Named, otherIds } from "../advisory-ids.ts";
import { daysBefore } from "../dates.ts";
import type { ObservedFinding } from "./observe.ts";
import {
  type ClosedBecause,
  type Episode,
  type FindingRecord,
  type ImageRecord,
  type Instant,
  isReturn,
  isThere,
} from "./record.ts";

/**
 * A closed finding is kept for this many days, and so is an image that no longer runs: a year of history, and a few
 * weeks.
 */
const KEPT_DAYS = 400;
/** Number of episodes kept for one finding. A finding that comes and goes with every run must not grow forever. */
const KEPT_EPISODES = 100;

/** True if a record is no longer needed: its image has been gone for longer than the history goes back. */
export function isForgotten({ "gone-since": gone }: ImageRecord, now: Instant): boolean {
  return gone !== undefined && gone < daysBefore(now, KEPT_DAYS);
}

/** The finding's other ids. They are kept since a scanner that is used again later may report one of them. */
export function aliasesOf(id: string, names: readonly Named[]): Pick<FindingRecord, "aliases"> {
  const aliases = otherIds(id, names);
  return aliases === undefined ? {} : { aliases };
}

/** The record of a finding as this scan reports it. @param before the same finding's earlier record, if any */
export function recordOf(found: ObservedFinding, now: Instant, before?: FindingRecord): FindingRecord {
  const { fixable, aliases: _, "seen-by": seenBy, ...rest } = found;
  const episodes = before?.episodes ?? [];
  return {
    ...rest,
    ...aliasesOf(found.id, before === undefined ? [found] : [found, before]),
    "first-seen": before?.["first-seen"] ?? now,
    "last-seen": now,
    "fix-since": fixable ? (before?.["fix-since"] ?? now) : undefined,
    // Only if several scanners were asked about it.
    ...(seenBy && { "seen-by": seenBy }),
    episodes: isThere(episodes) ? episodes : withEpisode(episodes, { opened: now }),
  };
}

/**
 * Adds the newest episode. If there are too many, the oldest is removed. If the next one is its return, that one takes
 * over its first day.
 */
function withEpisode(episodes: readonly Episode[], episode: Episode): readonly Episode[] {
  if (episodes.length < KEPT_EPISODES) return [...episodes, episode];
  const [oldest, second, ...rest] = episodes.slice(-KEPT_EPISODES) as [Episode, Episode, ...Episode[]];
  const first = isReturn(oldest, second) ? { ...second, opened: oldest.opened } : second;
  return [first, ...rest, episode];
}

/** Closes the last episode, which must be open. */
export function close(finding: FindingRecord, closed: Instant, why: ClosedBecause): FindingRecord {
  const last = finding.episodes.at(-1) as Episode;
  return {
    ...finding,
    // A finding that is gone is not accepted either.
    "accepted-by": undefined,
    "accepted-until": undefined,
    episodes: [...finding.episodes.slice(0, -1), { opened: last.opened, closed, why }],
  };
}

/** True if a finding is present, or closed recently enough. */
export function isKept({ episodes }: FindingRecord, now: Instant): boolean {
  const closed = episodes.at(-1)?.closed;
  return closed === undefined || closed >= daysBefore(now, KEPT_DAYS);
}

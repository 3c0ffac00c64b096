import { type Named, otherIds } from "../advisory-ids.ts";
import { daysBefore } from "../dates.ts";
import type { Observed } from "./observe.ts";
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
 * A closed finding is kept for this many days, and so is an image that does not run: a year of history, and some weeks.
 */
const KEPT_DAYS = 400;
/** Episodes of one finding that are kept: one that comes and goes with every run must not grow for ever. */
const KEPT_EPISODES = 100;

/** True if a record has said all that it can: its image has not run for longer than anything is kept. */
export function isForgotten({ "gone-since": gone }: ImageRecord, now: Instant): boolean {
  return gone !== undefined && gone < daysBefore(now, KEPT_DAYS);
}

/** The other ids of a finding, which are kept: a scanner that comes back may know it by one of them. */
export function aliasesOf(id: string, names: readonly Named[]): Pick<FindingRecord, "aliases"> {
  const aliases = otherIds(id, names);
  return aliases === undefined ? {} : { aliases };
}

/** A finding as this scan has it and names it. @param before the same one, if it was known */
export function recordOf(found: Observed, now: Instant, before?: FindingRecord): FindingRecord {
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
 * Adds the newest episode. If there are too many, the oldest goes; it becomes one with its return, so that the first
 * day stays.
 */
function withEpisode(episodes: readonly Episode[], episode: Episode): readonly Episode[] {
  if (episodes.length < KEPT_EPISODES) return [...episodes, episode];
  const [oldest, second, ...rest] = episodes.slice(-KEPT_EPISODES) as [Episode, Episode, ...Episode[]];
  const first = isReturn(oldest, second) ? { ...second, opened: oldest.opened } : second;
  return [first, ...rest, episode];
}

/** Ends the last episode, which must be open. */
export function close(finding: FindingRecord, closed: Instant, why: ClosedBecause): FindingRecord {
  const last = finding.episodes.at(-1) as Episode;
  return {
    ...finding,
    // A finding that is not there is not accepted.
    "accepted-by": undefined,
    "accepted-until": undefined,
    episodes: [...finding.episodes.slice(0, -1), { opened: last.opened, closed, why }],
  };
}

/** True if a finding is there, or closed not too long ago. */
export function isKept({ episodes }: FindingRecord, now: Instant): boolean {
  const closed = episodes.at(-1)?.closed;
  return closed === undefined || closed >= daysBefore(now, KEPT_DAYS);
}

import { daysBefore } from "../dates.ts";
import { type ImageRecord, type Instant, isOpen, presentSince } from "../history/record.ts";
import { perSeverityName, type SeverityName, URGENT } from "../severity.ts";
import { type Duration, lengthOf, type Numbers, oldestUnpatched } from "./numbers.ts";

/** How the numbers came to be what they are. */
export interface Trend {
  /** The numbers after the last run that wrote the history. Absent: there was none. */
  readonly before?: Numbers | undefined;
  /** Week by week, the last one now. Not before the first scan. */
  readonly weeks: readonly Point[];
}

/** What was open at one time. */
export interface Point {
  readonly at: Instant;
  /** CRITICAL and HIGH findings. */
  readonly open: number;
}

/** What was open at one time, by severity. */
export interface SeverityPoint {
  readonly at: Instant;
  readonly open: Readonly<Record<SeverityName, number>>;
}

/**
 * The CRITICAL and HIGH findings that were there in the last weeks, as {@link severityWeeksOf} tells it.
 * @param most weeks
 */
export function weeksOf(records: readonly ImageRecord[], now: Instant, most: number): Point[] {
  return severityWeeksOf(records, now, most).map(({ at, open }) => ({
    at,
    open: URGENT.reduce((sum, severity) => sum + open[severity], 0),
  }));
}

/**
 * The findings of the last weeks, as the history tells it now. A finding has its present severity in all of them, and
 * what is accepted now is left out. Images that are gone count for the time when they ran.
 * @param most weeks
 */
export function severityWeeksOf(records: readonly ImageRecord[], now: Instant, most: number): SeverityPoint[] {
  const times = pointsIn(records, now, most);
  const changes = perSeverityName(() => new Array<number>(times.length + 1).fill(0));
  for (const { findings } of records)
    for (const { severity, episodes, "accepted-by": acceptedBy } of findings) {
      const changed = changes[severity];
      const add = (at: number, change: number) => {
        changed[at] = (changed[at] ?? 0) + change;
      };
      // What is accepted is there: its last episode goes on.
      for (const { opened, closed } of acceptedBy === undefined ? episodes : episodes.slice(0, -1)) {
        add(firstFrom(times, opened), 1);
        if (closed !== undefined) add(firstFrom(times, closed), -1);
      }
    }
  const open = perSeverityName(() => 0);
  return times.map((at, index) => {
    for (const severity of Object.keys(open) as SeverityName[]) open[severity] += changes[severity][index] ?? 0;
    return { at, open: { ...open } };
  });
}

function pointsIn(records: readonly ImageRecord[], now: Instant, most: number): Instant[] {
  let first = now;
  for (const { "first-seen": seen } of records) if (seen < first) first = seen;
  const times: Instant[] = [now];
  for (let week = 1; week < most; week++) {
    const at = daysBefore(now, 7 * week);
    if (at < first) break;
    times.unshift(at);
  }
  return times;
}

/** The place of the first of these times that is not before the given one. */
function firstFrom(times: readonly Instant[], time: Instant): number {
  const found = times.findIndex((each) => each >= time);
  return found === -1 ? times.length : found;
}

/** Up to how many days each group of open findings is old; the last group has no end, so that all times are in it. */
const UP_TO_DAYS = [7, 30, 90, undefined] as const;

/** How old what is open now is. */
export interface Ages {
  readonly groups: readonly AgeGroup[];
  /** Images with an open CRITICAL or HIGH finding that has a fix, the one that waits longest first. */
  readonly unpatched: readonly { readonly image: string; readonly age: Duration }[];
}

/** Open findings by age in days: more than the group before, and not more than `upTo`. */
export interface AgeGroup {
  readonly upTo: number | undefined;
  readonly open: Readonly<Record<SeverityName, number>>;
}

/** The ages of what is open in the images that run. */
export function agesOf(records: readonly ImageRecord[], now: Instant): Ages {
  const groups = UP_TO_DAYS.map((upTo) => ({
    upTo,
    from: upTo === undefined ? "" : daysBefore(now, upTo),
    open: perSeverityName(() => 0),
  }));
  const unpatched: { image: string; age: Duration }[] = [];
  for (const { image, findings, "gone-since": goneSince } of records) {
    if (goneSince !== undefined) continue;
    const open = findings.filter(isOpen);
    for (const { severity, episodes } of open) {
      // Compared as texts, since half a million of them are not worth parsing.
      const since = presentSince(episodes) ?? now;
      const group = groups.find(({ from }) => since >= from);
      if (group !== undefined) group.open[severity] += 1;
    }
    const oldest = oldestUnpatched(open);
    if (oldest !== undefined) unpatched.push({ image, age: lengthOf(oldest, now) ?? 0 });
  }
  return {
    groups: groups.map(({ upTo, open }) => ({ upTo, open })),
    unpatched: unpatched.sort((a, b) => b.age - a.age),
  };
}

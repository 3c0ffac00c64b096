import { daysBefore } from "../dates.ts";
import type { ImageRecord, Instant } from "../history/record.ts";
import { perSeverityName, type SeverityName } from "../severity.ts";
import type { Numbers } from "./numbers.ts";

/** How the numbers developed. */
export interface Trend {
  /** The numbers after the last run that wrote the history. Absent: there was no such run. */
  readonly before?: Numbers | undefined;
  /** Weekly points, the last one now. There are none from before the first scan. */
  readonly weeks: readonly Point[];
}

/** The open findings at one time, by severity. */
export type Point = ReturnType<typeof weeksOf>[number];

/**
 * The findings of the last weeks, reconstructed from the present history. A finding counts with its present severity in
 * all weeks, and presently accepted findings are left out. Images that are gone count for the time when they ran.
 * @param most number of weeks
 */
export function weeksOf(records: readonly ImageRecord[], now: Instant, most: number) {
  const times = pointsIn(records, now, most);
  const changes = perSeverityName(() => new Array<number>(times.length + 1).fill(0));
  for (const { findings } of records)
    for (const { severity, episodes, "accepted-by": acceptedBy } of findings) {
      const changed = changes[severity];
      const add = (at: number, change: number) => {
        changed[at] = (changed[at] ?? 0) + change;
      };
      // An accepted finding is present: its last episode is still open.
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
  const [first = now] = [now, ...records.map((each) => each["first-seen"])].sort();
  const weeks = Array.from({ length: most }, (_, week) => daysBefore(now, 7 * week));
  return weeks.filter((at) => at >= first).reverse();
}

/** The index of the first of these times that is not before the given one. */
function firstFrom(times: readonly Instant[], time: Instant): number {
  return times.findLastIndex((each) => each < time) + 1;
}

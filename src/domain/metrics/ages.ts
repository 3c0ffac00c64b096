import { daysBefore } from "../dates.ts";
import { type ImageRecord, type Instant, isOpen, presentSince } from "../history/record.ts";
import { perSeverityName, type SeverityName } from "../severity.ts";
import { type Duration, lengthOf, oldestUnpatched } from "./numbers.ts";

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

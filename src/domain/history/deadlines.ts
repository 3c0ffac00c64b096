import { addDays, type Day } from "../dates.ts";
import type { Policy } from "../policy/policy.ts";
import { type FindingRecord, type Instant, isOpen, presentSince } from "./record.ts";

/** Days within which a finding must be fixed, by severity (policy: `fix-within-days`). Absent: no deadline. */
export type FixWithinDays = NonNullable<Policy["fixWithinDays"]>;

/** An open finding that should have been fixed by now. */
export interface Overdue {
  readonly finding: FindingRecord;
  /** The last day on which a fix would have been in time. */
  readonly due: Day;
}

/**
 * The last day on which fixing a finding is in time: this many days after the later of its first day and the day its
 * fix was first known. A finding without a fix, or that somebody accepts, has no deadline.
 */
export function deadlineOf(finding: FindingRecord, within: FixWithinDays): Day | undefined {
  const days = within[finding.severity];
  const since = presentSince(finding.episodes);
  const fixSince = finding["fix-since"];
  if (days === undefined || since === undefined || !isOpen(finding) || fixSince === undefined) return undefined;
  return addDays(dayOfInstant(later(since, fixSince)), days);
}

function later(one: Instant, other: Instant): Instant {
  return one > other ? one : other;
}

function dayOfInstant(instant: Instant): Day {
  return instant.slice(0, 10);
}

/** The findings whose last day is over, the longest overdue first. */
export function overdueOf(findings: readonly FindingRecord[], within: FixWithinDays, today: Day): Overdue[] {
  return findings
    .flatMap((finding): Overdue[] => {
      const due = deadlineOf(finding, within);
      return due !== undefined && due < today ? [{ finding, due }] : [];
    })
    .sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
}

import { addDays, type Day } from "../dates.ts";
import type { Policy } from "../policy/policy.ts";
import { compareText } from "../versions/order.ts";
import { type FindingRecord, isOpen, unpatchedSince } from "./record.ts";

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
  const since = unpatchedSince(finding);
  return days === undefined || since === undefined || !isOpen(finding) ? undefined : addDays(since.slice(0, 10), days);
}

/** The findings whose last day is over, the longest overdue first. */
export function overdueOf(findings: readonly FindingRecord[], within: FixWithinDays, today: Day): Overdue[] {
  return findings
    .flatMap((finding): Overdue[] => {
      const due = deadlineOf(finding, within);
      return due !== undefined && due < today ? [{ finding, due }] : [];
    })
    .sort((a, b) => compareText(a.due, b.due));
}

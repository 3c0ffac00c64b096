import { addDays, type Day } from "../dates.ts";
import type { Policy } from "../policy/policy.ts";
import { compareText } from "../versions/order.ts";
import { type FindingRecord, isOpen, unpatchedSince } from "./record.ts";

/** Days within which a finding must be fixed, by severity (policy: `fix-within-days`). Absent: no deadline. */
export type FixWithinDays = NonNullable<Policy["fixWithinDays"]>;

/** An open finding whose deadline has passed. */
export interface Overdue {
  readonly finding: FindingRecord;
  /** The last day on which a fix was in time. */
  readonly due: Day;
}

/**
 * The last day for a timely fix: this many days after the finding's first day, or after the day its fix was first known
 * if that is later. An accepted finding, and one without a fix, has no deadline.
 */
export function deadlineOf(finding: FindingRecord, within: FixWithinDays): Day | undefined {
  const days = within[finding.severity];
  const since = unpatchedSince(finding);
  return days === undefined || since === undefined || !isOpen(finding) ? undefined : addDays(since.slice(0, 10), days);
}

/** The findings past their deadline, the longest overdue first. */
export function overdueOf(findings: readonly FindingRecord[], within: FixWithinDays, today: Day): Overdue[] {
  return findings
    .flatMap((finding): Overdue[] => {
      const due = deadlineOf(finding, within);
      return due !== undefined && due < today ? [{ finding, due }] : [];
    })
    .sort((a, b) => compareText(a.due, b.due));
}

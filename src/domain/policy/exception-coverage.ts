import type { Day } from "../dates.ts";
import type { Exception } from "../exception.ts";

/** The combined effect, on a given day, of the exceptions that match a finding. */
export interface ExceptionCoverage {
  /** All that match it, in the policy's order. */
  readonly matched: readonly Exception[];
  readonly fixable: boolean;
  /** Those that apply. The one that ends last comes first. */
  readonly live: readonly Exception[];
  /** The one that ended last, if it would otherwise apply and no other exception does. */
  readonly ended?: Exception | undefined;
  /** The finding still counts, as nothing else exempts it either. */
  isOpen: boolean;
}

/**
 * What the exceptions come to that match a finding.
 * @param kept gets it, too
 */
export function addCoverage(
  kept: ExceptionCoverage[],
  matched: readonly Exception[],
  { fixable, today }: { readonly fixable: boolean; readonly today: Day },
): ExceptionCoverage {
  const covering = matched.filter((exception) => covers(exception, fixable)).sort(byLastDay);
  const live = covering.filter((exception) => !hasEnded(exception, today));
  const coverage = { matched, fixable, live, ended: live.length === 0 ? covering[0] : undefined, isOpen: false };
  kept.push(coverage);
  return coverage;
}

/** Whether the exception covers a finding that it matches, regardless of its last day. */
export function covers(exception: Exception, fixable: boolean): boolean {
  return !(exception.onlyWhileUnfixed && fixable);
}

/** Whether the exception has ended. It still holds on its last day. */
export function hasEnded(exception: Exception, today: Day): boolean {
  return exception.expires < today;
}

/** Sorts the exception that ends last to the front. Those that end on the same day keep the policy's order. */
export function byLastDay(a: Exception, b: Exception): number {
  return a.expires > b.expires ? -1 : a.expires < b.expires ? 1 : 0;
}

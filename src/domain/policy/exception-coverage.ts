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

export interface Coverages {
  /** Returns the coverage of a finding that these exceptions match, and keeps it. */
  add(matched: readonly Exception[], fixable: boolean): ExceptionCoverage;
  all(): readonly ExceptionCoverage[];
}

export function createCoverages(today: Day): Coverages {
  const all: ExceptionCoverage[] = [];
  return {
    add(matched, fixable) {
      const covering = matched.filter((exception) => covers(exception, fixable)).sort(byLastDay);
      const live = covering.filter((exception) => !hasEnded(exception, today));
      const ended = live.length === 0 ? covering[0] : undefined;
      const coverage = { matched, fixable, live, ended, isOpen: false };
      all.push(coverage);
      return coverage;
    },
    all: () => all,
  };
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

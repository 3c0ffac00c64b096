import type { Day, Exception } from "./policy.ts";

/** What the exceptions that mean a finding come to on a given day. */
export interface Coverage {
  /** All that mean it, in the policy's order. */
  readonly matched: readonly Exception[];
  readonly fixable: boolean;
  /** Those that hold; the one that ends last comes first. */
  readonly live: readonly Exception[];
  /** The one that ended last, where it would hold were it not over and no other holds. */
  readonly ended?: Exception | undefined;
  /** Findings that share this coverage. */
  findings: number;
  /** Of these, findings that count all the same: nothing else spares them either. */
  open: number;
}

export interface Coverages {
  /** The coverage of a finding that these exceptions mean; counts it. */
  add(matched: readonly Exception[], fixable: boolean): Coverage;
  all(): Coverage[];
}

/** Remembers by identity of the list, as many findings share one. */
export function createCoverages(today: Day): Coverages {
  const fixed = new Map<readonly Exception[], Coverage>();
  const unfixed = new Map<readonly Exception[], Coverage>();
  return {
    add(matched, fixable) {
      const known = fixable ? fixed : unfixed;
      let coverage = known.get(matched);
      if (coverage === undefined) {
        coverage = coverageOf(matched, fixable, today);
        known.set(matched, coverage);
      }
      coverage.findings += 1;
      return coverage;
    },
    all: () => [...fixed.values(), ...unfixed.values()],
  };
}

/** Whether the exception covers a finding that it means, its last day aside. */
export function covers(exception: Exception, fixable: boolean): boolean {
  return !(exception.onlyWhileUnfixed && fixable);
}

/** The last day itself still belongs to the exception. */
export function hasEnded(exception: Exception, today: Day): boolean {
  return exception.expires < today;
}

/** Sorts the one that ends last to the front; of two that end on one day, the first in the policy stays the first. */
export function byLastDay(a: Exception, b: Exception): number {
  return a.expires > b.expires ? -1 : a.expires < b.expires ? 1 : 0;
}

function coverageOf(matched: readonly Exception[], fixable: boolean, today: Day): Coverage {
  const covering = matched.filter((exception) => covers(exception, fixable)).sort(byLastDay);
  const live = covering.filter((exception) => !hasEnded(exception, today));
  return { matched, fixable, live, ended: live.length === 0 ? covering[0] : undefined, findings: 0, open: 0 };
}

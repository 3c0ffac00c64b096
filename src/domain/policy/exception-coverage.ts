import { addTo } from "../collections.ts";
import { type Day, daysBetween } from "../dates.ts";
import type { Exception } from "../exception.ts";
import type { ExceptionState, ExceptionUse } from "../verdict.ts";
import { compareText } from "../versions/order.ts";
import type { Policy } from "./policy.ts";

/** The combined effect, on a given day, of the exceptions that match a finding. */
export interface ExceptionCoverage {
  /** All exceptions that match it, in the policy's order. */
  readonly matched: readonly Exception[];
  readonly fixable: boolean;
  /** The exceptions that apply. The one that ends last comes first. */
  readonly live: readonly Exception[];
  /** The exception that ended last, if it would otherwise apply and no other exception does. */
  readonly ended?: Exception | undefined;
  /** The finding still counts, as nothing else exempts it either. */
  isOpen: boolean;
}

/**
 * Combines the exceptions that match a finding.
 * @param kept the result is added here, too
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

/** True if the exception covers a finding that it matches, regardless of its last day. */
function covers(exception: Exception, fixable: boolean): boolean {
  return !(exception.onlyWhileUnfixed && fixable);
}

/** True if the exception has ended. It still applies on its last day. */
export function hasEnded(exception: Exception, today: Day): boolean {
  return exception.expires < today;
}

/** Sorts exceptions by their last day, the latest first. Those that end on the same day keep the policy's order. */
function byLastDay(a: Exception, b: Exception): number {
  return compareText(b.expires, a.expires);
}

/** The evidence about the exceptions from judging all targets. */
export interface ExceptionEvidence {
  readonly coverages: readonly ExceptionCoverage[];
  /** Exceptions whose images match a target that could be judged. */
  readonly inScope: ReadonlySet<Exception>;
  /** Every target could be judged. Only then is an exception without matches known to be unused. */
  readonly complete: boolean;
}

/** The state of each exception after this run, in the policy's order. */
export function exceptionUses(policy: Policy, today: Day, seen: ExceptionEvidence): ExceptionUse[] {
  const byException = new Map<Exception, ExceptionCoverage[]>();
  for (const each of seen.coverages) for (const exception of each.matched) addTo(byException, exception, each);
  return policy.exceptions.map((exception) => {
    const meant = byException.get(exception) ?? [];
    const covered = meant.filter(({ fixable }) => covers(exception, fixable));
    const daysLeft = daysBetween(today, exception.expires);
    const stateOf = (): ExceptionState => {
      if (hasEnded(exception, today)) return "ended";
      if (meant.length === 0) return seen.complete && seen.inScope.has(exception) ? "unused" : "elsewhere";
      if (covered.length === 0) return "fixed";
      return daysLeft <= policy.exceptionRules.warnDays ? "ending" : "live";
    };
    const state = stateOf();
    // The one that ends last. If several end on the same day, the one further up in the file.
    const [overlappedBy] = covered
      .flatMap(({ live }) => live.slice(0, 1).filter((each) => each !== exception))
      .sort((a, b) => byLastDay(a, b) || a.line - b.line);
    const matches = state === "fixed" ? meant.length : covered.length;
    return { exception, state, matches, open: covered.filter(({ isOpen }) => isOpen).length, daysLeft, overlappedBy };
  });
}

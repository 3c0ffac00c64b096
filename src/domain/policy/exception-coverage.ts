import { type Day, daysBetween } from "../dates.ts";
import type { Exception } from "../exception.ts";
import type { ExceptionState, ExceptionUse } from "../verdict.ts";
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
export function covers(exception: Exception, fixable: boolean): boolean {
  return !(exception.onlyWhileUnfixed && fixable);
}

/** True if the exception has ended. It still applies on its last day. */
export function hasEnded(exception: Exception, today: Day): boolean {
  return exception.expires < today;
}

/** Sorts exceptions by their last day, the latest first. Those that end on the same day keep the policy's order. */
export function byLastDay(a: Exception, b: Exception): number {
  return a.expires > b.expires ? -1 : a.expires < b.expires ? 1 : 0;
}

/** The evidence about the exceptions from judging all targets. */
export interface ExceptionEvidence {
  readonly coverages: readonly ExceptionCoverage[];
  /** Exceptions whose images match a target that could be judged. */
  readonly inScope: ReadonlySet<Exception>;
  /** Every target could be judged. Only then is an exception without matches known to be unused. */
  readonly complete: boolean;
}

interface Tally {
  /** Number of findings that it matches. */
  meant: number;
  /** Number of these that it covers, or would cover if it had not ended. */
  covered: number;
  /** Number of these that count. */
  open: number;
  overlappedBy?: Exception | undefined;
}

/** The state of each exception after this run, in the policy's order. */
export function exceptionUses(policy: Policy, today: Day, seen: ExceptionEvidence): ExceptionUse[] {
  const tallies = tally(seen.coverages);
  return policy.exceptions.map((exception) => {
    const found = tallies.get(exception) ?? { meant: 0, covered: 0, open: 0 };
    const daysLeft = daysBetween(today, exception.expires);
    const state = stateOf(exception, found, { today, daysLeft, warnDays: policy.exceptionRules.warnDays, seen });
    return {
      exception,
      state,
      matches: state === "fixed" ? found.meant : found.covered,
      open: found.open,
      daysLeft,
      overlappedBy: found.overlappedBy,
    };
  });
}

function stateOf(
  exception: Exception,
  { meant, covered }: Tally,
  { today, daysLeft, warnDays, seen }: { today: Day; daysLeft: number; warnDays: number; seen: ExceptionEvidence },
): ExceptionState {
  if (hasEnded(exception, today)) return "ended";
  if (meant === 0) return seen.complete && seen.inScope.has(exception) ? "unused" : "elsewhere";
  if (covered === 0) return "fixed";
  return daysLeft <= warnDays ? "ending" : "live";
}

function tally(coverages: readonly ExceptionCoverage[]): Map<Exception, Tally> {
  const tallies = new Map<Exception, Tally>();
  for (const { matched, fixable, live, isOpen } of coverages) {
    const holder = live[0];
    for (const exception of matched) {
      const found = tallies.get(exception) ?? { meant: 0, covered: 0, open: 0 };
      tallies.set(exception, found);
      found.meant += 1;
      if (!covers(exception, fixable)) continue;
      found.covered += 1;
      if (isOpen) found.open += 1;
      if (holder !== undefined && holder !== exception) found.overlappedBy = lastOf(found.overlappedBy, holder);
    }
  }
  return tallies;
}

/** The exception that ends later. If both end on the same day, the one further up in the file. */
function lastOf(a: Exception | undefined, b: Exception): Exception {
  return a === undefined || (byLastDay(a, b) || a.line - b.line) > 0 ? b : a;
}

import type { Limit } from "../severity.ts";

/** One difference between two policies, as plain text: untrusted, to be escaped by whoever renders it. */
export interface PolicyChange {
  readonly what: "added" | "changed" | "removed";
  readonly subject:
    | "exception"
    | "coverage"
    | "threshold"
    | "epss"
    | "exploit-data"
    | "target rule"
    | "exception rule"
    | "ignore-unfixed"
    | "count"
    | "VEX statement"
    | "VEX document"
    | "baseline"
    | "grace-days";
  /** What it is about: an advisory id with its scope, a severity, … */
  readonly about: string;
  /** Former and present value, as text. Absent where there is none. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Whether more is let through than before. */
  readonly loosens: boolean;
  /** Line in the present file, 1-based; 0 where it is gone or its line is not known. */
  readonly line: number;
  /** The file where it is another than the policy, as the input names it. */
  readonly file?: string | undefined;
}

/** As a number; unlimited is more than any. */
export function limitValue(limit: Limit): number {
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : limit;
}

/** A change of one value, where there is one. */
export function changed<T extends Limit | boolean>(
  { subject, about }: Pick<PolicyChange, "subject" | "about">,
  { from, to }: { readonly from: T; readonly to: T },
  loosens: boolean,
): PolicyChange[] {
  if (from === to) return [];
  return [{ what: "changed", subject, about, from: String(from), to: String(to), loosens, line: 0 }];
}

/** Two lists put beside each other. */
interface Paired<T> {
  readonly pairs: readonly (readonly [base: T, head: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * Pairs what has the same key in both lists. Where a key occurs more than once, what is wholly equal is paired first and
 * the rest in order, so that an addition beside an old one shows as added and not as changed.
 */
export function pairUp<T>(
  base: readonly T[],
  head: readonly T[],
  keyOf: (item: T) => string,
  contentOf: (item: T) => string,
): Paired<T> {
  const equal = pairByKey(base, head, (item) => `${keyOf(item)}\n${contentOf(item)}`);
  const alike = pairByKey(equal.removed, equal.added, keyOf);
  return { pairs: [...equal.pairs, ...alike.pairs], removed: alike.removed, added: alike.added };
}

function pairByKey<T>(base: readonly T[], head: readonly T[], keyOf: (item: T) => string): Paired<T> {
  const waiting = Map.groupBy(base, keyOf);
  const pairs: (readonly [T, T])[] = [];
  const added: T[] = [];
  for (const item of head) {
    const partner = waiting.get(keyOf(item))?.shift();
    if (partner === undefined) added.push(item);
    else pairs.push([partner, item]);
  }
  const left = new Set([...waiting.values()].flat());
  return { pairs, removed: base.filter((item) => left.has(item)), added };
}

import type { ReadOf } from "../report/fields.ts";
import type { policyChange } from "../report/policy-schema.ts";
import type { Limit } from "../severity.ts";

/** One difference between two policies, as plain text. Untrusted: the renderer must escape it. */
export interface PolicyChange extends ReadOf<typeof policyChange> {
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
    | "agreement"
    | "severity-from"
    | "scan-with"
    | "VEX statement"
    | "VEX document"
    | "baseline"
    | "grace-days"
    | "fix-within-days"
    | "issues";
}

/** A limit as a number. `unlimited` is greater than any number. */
export function limitValue(limit: Limit): number {
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : limit;
}

/** The change of one value. Empty if it is unchanged. */
export function changed<T extends Limit | boolean>(
  { subject, about }: Pick<PolicyChange, "subject" | "about">,
  { from, to }: { readonly from: T; readonly to: T },
  loosens: boolean,
): PolicyChange[] {
  if (from === to) return [];
  return [{ what: "changed", subject, about, from: String(from), to: String(to), loosens, line: 0 }];
}

/** Two lists whose items were matched. */
interface Paired<T> {
  readonly pairs: readonly (readonly [base: T, head: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * Pairs items that have the same key in both lists. If a key occurs more than once, fully equal items are paired first,
 * and the rest in order. So a new item next to an old one with the same key shows as added, not as changed.
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

/** In the order in which people read them: those that loosen the policy come first. */
export function looseningFirst(changes: readonly PolicyChange[]): PolicyChange[] {
  return changes.toSorted((a, b) => Number(b.loosens) - Number(a.loosens));
}

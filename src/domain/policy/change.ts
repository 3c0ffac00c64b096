import type { ReadOf } from "../report/fields.ts";
import type { policyChange } from "../report/policy-schema.ts";

/** One difference between two policies, as plain text. Untrusted: the renderer must escape it. */
export type PolicyChange = ReadOf<typeof policyChange>;

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
  return { ...alike, pairs: [...equal.pairs, ...alike.pairs] };
}

function pairByKey<T>(base: readonly T[], head: readonly T[], keyOf: (item: T) => string): Paired<T> {
  const waiting = Map.groupBy(base, keyOf);
  const partners = head.map((item) => [waiting.get(keyOf(item))?.shift(), item] as const);
  const left = new Set([...waiting.values()].flat());
  return {
    pairs: partners.filter((pair): pair is readonly [T & {}, T] => pair[0] !== undefined),
    added: partners.flatMap(([partner, item]) => (partner === undefined ? [item] : [])),
    removed: base.filter((item) => left.has(item)),
  };
}

/** In the order in which people read them: those that loosen the policy come first. */
export function looseningFirst(changes: readonly PolicyChange[]): PolicyChange[] {
  return changes.toSorted((a, b) => Number(b.loosens) - Number(a.loosens));
}

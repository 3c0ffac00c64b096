/** Two lists put beside each other. */
export interface Paired<T> {
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

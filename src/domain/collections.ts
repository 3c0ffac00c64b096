/** Adds a value to the list at a key, and creates the list if necessary. */
export function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Removes duplicates: of values with the same JSON, the first stays. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** Removes duplicates. */
export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

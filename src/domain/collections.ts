/** Adds a value to the list at a key, which is made if there is none. */
export function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Each value once, the first of those that are the same as JSON. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** Each value once. */
export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Wraps a function so that it runs only once for each text or object. */
export function memoize<V, K = string>(ask: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined && !known.has(key)) {
      value = ask(key);
      known.set(key, value);
    }
    return value as V;
  };
}

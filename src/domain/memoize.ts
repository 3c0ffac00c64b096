/** Wraps a function so that it runs only once for each text or object. */
export function memoize<V, K = string>(ask: (key: K) => V, known: Answers<K, V> = new Map<K, V>()): (key: K) => V {
  return (key) => {
    let value = known.get(key);
    if (value === undefined && !known.has(key)) {
      value = ask(key);
      known.set(key, value);
    }
    return value as V;
  };
}

type Answers<K, V> = Pick<Map<K, V>, "get" | "has" | "set">;

/** The same for objects, kept as long as each exists: for answers that many callers need about immutable objects. */
export function oncePer<K extends object, V>(make: (key: K) => V): (key: K) => V {
  return memoize(make, new WeakMap<K, V>() as unknown as Answers<K, V>);
}

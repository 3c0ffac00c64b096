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

/** The same for objects, kept as long as each exists: for answers that many callers need about immutable objects. */
export function oncePer<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      found = { value: make(key) };
      known.set(key, found);
    }
    return found.value;
  };
}

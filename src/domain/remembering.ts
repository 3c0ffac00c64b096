/** The same function, asked once for each text. */
export function remembering<V>(ask: (text: string) => V): (text: string) => V {
  const known = new Map<string, V>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined && !known.has(text)) {
      value = ask(text);
      known.set(text, value);
    }
    return value as V;
  };
}

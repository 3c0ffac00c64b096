/**
 * Characters of a piece: writing one item at a time is slow, and all in one string may be longer than Node allows. V8
 * keeps strings of more than 128 kB apart, each in pages of its own that the kernel has to clear.
 */
const PIECE = 64 << 10;

/** Joins texts into pieces. */
export function* joined(texts: Iterable<string>): Generator<string> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

/**
 * The JSON of a value and a line end, in pieces: as one text it could be longer than Node's longest. Items of a list
 * that is not written at once are on lines of their own.
 * @param value of what JSON has; keys without a value are left out
 * @param levels of objects and lists that are not written at once: 2 for an object with a long list
 */
export function jsonPieces(value: unknown, levels: number): Generator<string> {
  return joined(linesOf(value, levels));
}

function* linesOf(value: unknown, levels: number): Generator<string> {
  yield* partsOf(value, levels);
  yield "\n";
}

function* partsOf(value: unknown, levels: number): Generator<string> {
  if (levels === 0 || typeof value !== "object" || value === null) return yield JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return yield* listParts(value, levels);
  let separator = "{";
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    yield* partsOf(member, levels - 1);
    separator = ",";
  }
  yield separator === "{" ? "{}" : "}";
}

/** Items of a part: a generator that yields each of 50,000 by itself takes as long as writing them. */
const ITEMS = 32;

function* listParts(list: readonly unknown[], levels: number): Generator<string> {
  yield "[";
  for (let at = 0; at < list.length; at += ITEMS) {
    const items = list.slice(at, at + ITEMS);
    if (at > 0) yield ",\n";
    if (levels === 1) yield items.map((item) => JSON.stringify(item) ?? "null").join(",\n");
    else
      for (const [index, item] of items.entries()) {
        if (index > 0) yield ",\n";
        yield* partsOf(item, levels - 1);
      }
  }
  yield "]";
}

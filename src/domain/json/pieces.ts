/**
 * Characters of a piece. Writing one item at a time is slow, and a single string may exceed Node's longest. V8 stores
 * strings of more than 128 kB separately, each in pages that the kernel has to clear.
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
 * The JSON of a value and a line end, in pieces: a single text could be longer than Node allows. Each item of a list
 * that is split is on a separate line.
 * @param value a value that JSON can express; keys without a value are left out. A split list may be an iterator, so
 * only one of its items is in memory at a time
 * @param lists how many levels of lists are split: 1 for an object with a long list
 */
export function jsonPieces(value: unknown, lists: number): Generator<string> {
  return joined(linesOf(value, lists));
}

function* linesOf(value: unknown, lists: number): Generator<string> {
  yield* partsOf(value, lists);
  yield "\n";
}

function* partsOf(value: unknown, lists: number): Generator<string> {
  if (lists === 0 || typeof value !== "object" || value === null) return yield textOf(value);
  // Each text passes through all enclosing generators. Joining thousands of items first is faster.
  if (Symbol.iterator in value) return yield* joined(listParts(value as Iterable<unknown>, lists));
  let separator = "{";
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    yield* partsOf(member, lists);
    separator = ",";
  }
  yield separator === "{" ? "{}" : "}";
}

function* listParts(list: Iterable<unknown>, lists: number): Generator<string> {
  let separator = "[";
  for (const item of list) {
    if (lists === 1) yield separator + textOf(item);
    else {
      yield separator;
      yield* partsOf(item, lists - 1);
    }
    separator = ",\n";
  }
  yield separator === "[" ? "[]" : "]";
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

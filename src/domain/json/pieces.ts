/**
 * Characters of a piece: writing one item at a time is slow, and all in one string may be longer than Node allows. V8
 * keeps strings of more than 128 kB apart, each in its own pages that the kernel has to clear.
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
 * that is not written at once are on their own lines.
 * @param value of what JSON has; keys without a value are left out. Such a list may be an iterator, so that only one of
 * its items is in memory at a time
 * @param lists how many lists within each other are not written at once: 1 for an object with a long list
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
  // Each text of a generator within others passes through all of them: thousands of items are joined before.
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

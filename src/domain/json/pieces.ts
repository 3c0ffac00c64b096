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
  const isList = Array.isArray(value);
  const [start, between, end] = isList ? ["[", ",\n", "]"] : ["{", ",", "}"];
  let separator = "";
  yield start;
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined && !isList) continue;
    yield isList ? separator : `${separator}${JSON.stringify(key)}:`;
    if (levels === 1) yield JSON.stringify(member) ?? "null";
    else yield* partsOf(member, levels - 1);
    separator = between;
  }
  yield end;
}

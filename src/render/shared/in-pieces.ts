/** So many texts make a piece: one a write would be slow, and all at once may be more than Node can hold. */
const PIECE = 500;

/** The texts of many items, in pieces. */
export function* inPieces<T>(items: readonly T[], textOf: (item: T, index: number) => string): Generator<string> {
  let piece = "";
  for (let index = 0; index < items.length; index += 1) {
    piece += textOf(items[index] as T, index);
    if (index % PIECE < PIECE - 1) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

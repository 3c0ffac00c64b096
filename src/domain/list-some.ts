/** How a list is written. */
interface ListForm<T> {
  /** The text of one item; `String` by default. */
  readonly show?: (item: T, index: number) => string;
  /** What stands for the items that are left out; `3 more` by default. */
  readonly rest?: (left: number) => string;
}

let format: Intl.ListFormat | undefined;

/**
 * The first items of a list, and how many are left: `A, B and 3 more`. If none is left, all of them: `A, B, C`.
 * @param most items that are shown, at least 1
 */
export function listSome<T>(
  items: readonly T[],
  most: number,
  { show = String, rest = moreOf }: ListForm<T> = {},
): string {
  const left = items.length - most;
  const shown = items.slice(0, most).map((item, index) => show(item, index));
  if (left <= 0) return shown.join(", ");
  // Made only if it is needed: British English has no comma before the last item.
  format ??= new Intl.ListFormat("en-GB", { type: "conjunction" });
  return format.format([...shown, rest(left)]);
}

function moreOf(left: number): string {
  return `${left} more`;
}

/** `12,345`. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 finding`, `2 findings`. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${number(value)} ${value === 1 ? singular : plural}`;
}

/** The form of a list in a text. */
interface ListForm<T> {
  /** The text of one item; `String` by default. */
  readonly show?: (item: T, index: number) => string;
  /** A noun for the items that are left out: `3 more places` instead of `3 more`. */
  readonly what?: string;
  /** True if the items are clauses: `A; B; and 3 more`. */
  readonly clauses?: boolean;
}

/**
 * The first items of a list, and the number of the others: `A, B and 3 more`. If all fit: `A, B, C`.
 * @param most number of items to show, at least 1
 */
export function listSome<T>(
  items: readonly T[],
  most: number,
  { show = String, what, clauses = false }: ListForm<T> = {},
): string {
  const lines = someLines(items, most, { show, what });
  const shown = lines.slice(0, most).join(clauses ? "; " : ", ");
  return items.length <= most ? shown : `${shown}${clauses ? ";" : ""} ${lines[most]}`;
}

/**
 * The first items, each on a line, and a line with the number of the others.
 * @param rest formats that line from `and 3 more`
 */
export function someLines<T>(
  items: readonly T[],
  most: number,
  { show, what, rest = String }: Omit<ListForm<T>, "clauses"> & { readonly rest?: (words: string) => string },
): string[] {
  const left = items.length - most;
  const shown = items.slice(0, most).map((item, index) => (show ?? String)(item, index));
  return left > 0 ? [...shown, rest(andMore(left, what))] : shown;
}

/** `and 3 more`, or `and 3 more places`. Empty if nothing is left out. */
export function andMore(left: number, what?: string): string {
  return left > 0 ? `and ${more(left, what)}` : "";
}

function more(left: number, what: string | undefined): string {
  return what === undefined ? `${number(left)} more` : counted(left, `more ${what}`);
}

/** Joins the non-empty texts: an empty text leaves no gap. */
export function joined(between: string, texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join(between);
}

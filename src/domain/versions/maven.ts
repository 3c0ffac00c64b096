import { compareDigits, compareEach, compareText } from "./order.ts";

/** A number, a qualifier, or what stands behind a hyphen or behind a change between letters and digits. */
type Item = { readonly digits: string } | { readonly qualifier: string } | Item[];

const QUALIFIERS = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
const ALIASES = new Map([
  ["ga", ""],
  ["final", ""],
  ["release", ""],
  ["cr", "rc"],
]);
/** Only where a number follows: `1-a1`. */
const SHORT = new Map([
  ["a", "alpha"],
  ["b", "beta"],
  ["m", "milestone"],
]);

/** Maven's order (https://maven.apache.org/pom.html#version-order-specification). */
export function compareMaven(a: string, b: string): number | undefined {
  const x = parse(a);
  const y = parse(b);
  return x === undefined || y === undefined ? undefined : compareItems(x, y);
}

function parse(text: string): Item[] | undefined {
  if (!/^\d[\w.+-]*$/.test(text)) return undefined;
  const root: Item[] = [];
  const lists = [root];
  let list = root;
  let afterItem = false;
  const open = () => {
    const inner: Item[] = [];
    list.push(inner);
    lists.push(inner);
    list = inner;
  };
  const tokens = text.toLowerCase().match(/[.-]|\d+|[^\d.-]+/g) ?? [];
  tokens.forEach((token, index) => {
    if (token === "." || token === "-") {
      if (!afterItem) list.push({ digits: "" });
      if (token === "-") open();
      afterItem = false;
      return;
    }
    if (afterItem) open();
    list.push(itemOf(token, /^\d/.test(tokens[index + 1] ?? "")));
    afterItem = true;
  });
  lists.reverse().forEach(dropTrailingNothing);
  return root;
}

function itemOf(token: string, beforeNumber: boolean): Item {
  if (/^\d/.test(token)) return { digits: token };
  const word = (beforeNumber ? SHORT.get(token) : undefined) ?? token;
  return { qualifier: ALIASES.get(word) ?? word };
}

/** `1.0.0-x` is `1-x`: what means nothing goes, at the end of a list and before the lists in it. */
function dropTrailingNothing(list: Item[]): void {
  for (let index = list.length - 1; index >= 0; index--) {
    const item = list[index] as Item;
    if (Array.isArray(item) ? item.length === 0 : compareToNothing(item) === 0) list.splice(index, 1);
    else if (!Array.isArray(item)) break;
  }
}

function compareItems(a: Item | undefined, b: Item | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -compareToNothing(b);
  if (b === undefined) return compareToNothing(a);
  if ("digits" in a) return "digits" in b ? compareDigits(a.digits, b.digits) : 1;
  if ("digits" in b) return -1;
  if (Array.isArray(a)) return Array.isArray(b) ? compareEach(a, b, compareItems) : 1;
  return Array.isArray(b) ? -1 : compareText(sortable(a.qualifier), sortable(b.qualifier));
}

function compareToNothing(item: Item): number {
  if (Array.isArray(item)) return item.map(compareToNothing).find((difference) => difference !== 0) ?? 0;
  if ("digits" in item) return compareDigits(item.digits, "");
  return compareText(sortable(item.qualifier), sortable(""));
}

/** Known qualifiers in their order, then all others by their text. */
function sortable(qualifier: string): string {
  const known = QUALIFIERS.indexOf(qualifier);
  return known < 0 ? `${QUALIFIERS.length}-${qualifier}` : String(known);
}

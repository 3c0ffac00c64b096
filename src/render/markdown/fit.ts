/** The size of a text, in the limit's unit: UTF-16 units or UTF-8 bytes. */
export type Measure = (text: string) => number;
export const utf16Units: Measure = (text) => text.length;
export const utf8Bytes: Measure = (text) => Buffer.byteLength(text);

/** A section that shows as many of its rows as fit. A row is made only when it may be shown. */
export interface Rows {
  readonly count: number;
  row(index: number): string;
  /** A lower rank is kept longer. The rank must not decrease from one row to the next. */
  rank(index: number): number;
  /**
   * The whole section around the shown rows; it says how many of `count` were left out. Empty if there is no section.
   * `indexes` are those of the shown rows.
   */
  layout(shown: readonly string[], indexes: readonly number[]): string;
  /**
   * The text before and after the rows if all are shown, for callers that write rows one by one. Not every section has
   * it.
   */
  around?(): { readonly before: string; readonly after: string };
  /** Most rows to show, even if more fit. */
  readonly most?: number | undefined;
  /** True if its rows can say less, so that more of them fit. */
  readonly canSayLess?: boolean | undefined;
  /** The largest part of the limit that these rows may take, 0 to 1. */
  readonly share?: number | undefined;
}

/** How the things of a list are shown as rows. */
interface Listed<T> extends Pick<Rows, "most" | "share"> {
  row(item: T): string;
  /** As {@link Rows.rank}: one for all, or that of each. */
  readonly rank: number | ((item: T) => number);
  /** As {@link Rows.layout}. It is only asked if there is anything in the list; `left` of it are left out. */
  layout(shown: readonly string[], left: number): string;
}

/** The rows of a list. Without anything in it, there is no section. */
export function listRows<T>(items: readonly T[], { row, rank, layout, ...bounds }: Listed<T>): Rows {
  const at = (index: number) => items[index] as T;
  return {
    ...bounds,
    count: items.length,
    row: (index) => row(at(index)),
    rank: typeof rank === "number" ? () => rank : (index) => rank(at(index)),
    layout: (shown) => (items.length === 0 ? "" : layout(shown, items.length - shown.length)),
  };
}

/** Blocks between an opening and a closing text, such as the tags of `<details>`. The output has both or neither. */
export interface Fold {
  readonly open: string;
  readonly close: string;
  readonly blocks: readonly Block[];
}

/** Text that always stays, rows, or folded blocks. */
export type Block = string | Rows | Fold;

interface Filling {
  readonly block: Rows;
  readonly shown: string[];
  readonly indexes: number[];
  /** Index of the next row to look at. */
  next: number;
  readonly most: number;
  readonly room: number;
  used: number;
  readonly cache: string[];
}

const BETWEEN = "\n\n";

/** A document after it was made to fit its limit. */
export interface Fitted {
  readonly text: string;
  /** True if no row and no section was left out. */
  readonly isWhole: boolean;
  /**
   * True if no row that can say less was left out for lack of room. A section may still show no more than its `most`.
   */
  readonly hadRoom: boolean;
}

/**
 * Joins blocks into a text of at most `limit`. If not all rows fit, those of the highest rank are left out first,
 * always as whole rows, and each section says what it left out. A row that is longer than all the room is left out
 * alone.
 *
 * If even the text around the rows does not fit, whole sections are dropped, the last first, and a final sentence says
 * so. A fold is dropped after everything in it, and its two texts together. The first two blocks always stay. Rows
 * before the first fold are dropped after all folds.
 */
export function fitBlocks(blocks: readonly Block[], limit: number, measure: Measure): Fitted {
  const flat: (string | Rows)[] = [];
  const closings = new Map<number, number>();
  flatten(blocks, flat, closings);
  const fillings = flat.map((block) => (typeof block === "string" ? block : filling(block, limit)));
  let excess = 0;
  for (let attempt = 0; attempt < 12; attempt += 1) {
    fill(fillings, limit - excess, measure);
    const text = join(fillings);
    const over = measure(text) - limit;
    if (over <= 0) return { text, isWhole: fillings.every(isShown), hadRoom: fillings.every(isFilled) };
    if (fillings.every((part) => typeof part === "string" || part.shown.length === 0)) break;
    excess += over;
  }
  keepFirstRows(fillings, closings, limit, measure);
  return { text: dropSections(fillings, closings, limit, measure), isWhole: false, hadRoom: false };
}

function isShown(part: string | Filling): boolean {
  return typeof part === "string" || part.shown.length === part.block.count;
}

function isFilled(part: string | Filling): boolean {
  return typeof part === "string" || part.block.canSayLess !== true || part.shown.length === part.most;
}

/**
 * Turns folds into texts beside all others. `closings` maps the index of an opening text to that of its closing text.
 */
function flatten(blocks: readonly Block[], flat: (string | Rows)[], closings: Map<number, number>): void {
  for (const block of blocks) {
    if (typeof block === "string" || "layout" in block) {
      flat.push(block);
      continue;
    }
    const opening = flat.push(block.open) - 1;
    flatten(block.blocks, flat, closings);
    closings.set(opening, flat.push(block.close) - 1);
  }
}

function filling(block: Rows, limit: number): Filling {
  const most = Math.min(block.count, block.most ?? block.count);
  return { block, shown: [], indexes: [], next: 0, most, room: (block.share ?? 1) * limit, used: 0, cache: [] };
}

/**
 * Shows rows, the lowest rank of all sections first, until a row does not fit. A row that would not fit even into an
 * empty section is skipped, so that it does not stop the others.
 */
function fill(parts: readonly (string | Filling)[], limit: number, measure: Measure): void {
  const open = parts.filter((part) => typeof part !== "string");
  for (const part of open) empty(part);
  const whole = limit - measure(join(parts));
  let left = whole;
  const waiting = new Set(open.filter(hasMore));
  while (waiting.size > 0 && left > 0) {
    const part = lowestRank(waiting);
    const rank = part.block.rank(part.next);
    while (hasMore(part) && part.block.rank(part.next) === rank) {
      const size = measure(rowOf(part, part.next)) + 1;
      if (size > Math.min(whole, part.room)) {
        part.next += 1;
        continue;
      }
      if (size > left) return;
      if (part.used + size > part.room) {
        waiting.delete(part);
        break;
      }
      left -= take(part, size);
    }
    if (!hasMore(part)) waiting.delete(part);
  }
}

function empty(part: Filling): void {
  part.shown.length = 0;
  part.indexes.length = 0;
  part.next = 0;
  part.used = 0;
}

function hasMore(part: Filling): boolean {
  return part.shown.length < part.most && part.next < part.block.count;
}

function take(part: Filling, size: number): number {
  part.shown.push(rowOf(part, part.next));
  part.indexes.push(part.next);
  part.next += 1;
  part.used += size;
  return size;
}

function lowestRank(parts: Iterable<Filling>): Filling {
  let best: Filling | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const rank = part.block.rank(part.next);
    if (best === undefined || rank < bestRank) [best, bestRank] = [part, rank];
  }
  return best as Filling;
}

function rowOf(part: Filling, index: number): string {
  while (part.cache.length <= index) part.cache.push(part.block.row(part.cache.length));
  return part.cache[index] as string;
}

function join(parts: readonly (string | Filling)[]): string {
  return parts
    .map((part) => (typeof part === "string" ? part : part.block.layout(part.shown, part.indexes)))
    .filter((text) => text !== "")
    .join(BETWEEN);
}

/** Shows only rows before the first fold, as many as fit: rows in folds are dropped before them. */
function keepFirstRows(
  parts: readonly (string | Filling)[],
  closings: ReadonlyMap<number, number>,
  limit: number,
  measure: Measure,
): void {
  for (const part of parts) if (typeof part !== "string") empty(part);
  if (closings.size > 0) fill(parts.slice(0, Math.min(...closings.keys())), limit, measure);
}

const TOO_LONG = "_Some sections are left out here: there was no room for them._";

function dropSections(
  parts: readonly (string | Filling)[],
  closings: ReadonlyMap<number, number>,
  limit: number,
  measure: Measure,
): string {
  const kept = parts.map((part) => (typeof part === "string" ? part : part.block.layout(part.shown, part.indexes)));
  const closes = new Set(closings.values());
  const text = (...end: string[]) => [...kept.filter((part) => part !== ""), ...end].join(BETWEEN);
  for (let last = kept.length - 1; last >= 2; last -= 1) {
    // A closing text is dropped with its opening text, after everything between them.
    if (closes.has(last)) continue;
    for (const at of [last, closings.get(last) ?? last]) kept[at] = "";
    const shorter = text(TOO_LONG);
    if (measure(shorter) <= limit) return shorter;
  }
  return text();
}

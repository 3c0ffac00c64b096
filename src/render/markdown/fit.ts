/** The size of a text, in the limit's unit: UTF-16 units or UTF-8 bytes. */
export type Measure = (text: string) => number;
export const utf16Units: Measure = (text) => text.length;
export const utf8Bytes: Measure = (text) => Buffer.byteLength(text);

/** A section that shows as many of its rows as fit, from the first on. A row is made only when it may be shown. */
export interface Rows {
  readonly count: number;
  row(index: number): string;
  /** A lower rank is kept longer. The rank must not decrease from one row to the next. */
  rank(index: number): number;
  /** The section around the shown rows; it says how many of `count` were left out. Empty if there is no section. */
  layout(shown: readonly string[]): string;
  /** Most rows to show, even if more fit. A document without a limit shows all. */
  readonly most?: number | undefined;
  /** The largest part of the limit that these rows may take, 0 to 1. */
  readonly share?: number | undefined;
  /** True if even all rows together do not say all. */
  readonly isShort?: boolean | undefined;
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

/** Blocks between an opening and a closing text, such as the tags of `<details>`. */
export interface Fold {
  readonly open: string;
  readonly close: string;
  readonly blocks: readonly Block[];
}

/** Text, rows, or folded blocks. */
export type Block = string | Rows | Fold;

/** A document after it was made to fit its limit. */
export interface Fitted {
  readonly text: string;
  /** True if nothing was left out. */
  readonly isWhole: boolean;
}

const TOO_LONG = "_Some sections are left out here: there was no room for them._";

/** The largest part of the limit for the text around rows: without any rows, nobody would read it. */
const FRAMES = 0.75;

/**
 * Joins blocks into a text of at most `limit`. If not all rows fit, those of the highest rank are left out first,
 * always as whole rows, and each section says what it left out.
 *
 * If the text around the rows leaves them hardly any room, whole blocks are dropped, the last first, and a final
 * sentence says so. The first two blocks always stay.
 */
export function fitBlocks(blocks: readonly Block[], limit: number, measure: Measure): Fitted {
  const shown: Shown = new Map();
  const most = sectionsIn(blocks).length === 0 ? limit : FRAMES * limit;
  let kept = blocks;
  for (let count = blocks.length - 1; count >= 2 && measure(join(kept, shown)) > most; count -= 1)
    kept = [...blocks.slice(0, count), TOO_LONG];
  fill(kept, shown, limit, measure);
  const isAll = (each: Rows) => !each.isShort && (shown.get(each)?.length ?? 0) === each.count;
  const isWhole = sectionsIn(kept).every(isAll);
  return { text: join(kept, shown), isWhole: isWhole && kept === blocks };
}

/** The rows of each section that are shown. */
type Shown = Map<Rows, string[]>;

function sectionsIn(blocks: readonly Block[]): Rows[] {
  return blocks.flatMap((block) => {
    if (typeof block === "string") return [];
    return "layout" in block ? [block] : sectionsIn(block.blocks);
  });
}

function join(blocks: readonly Block[], shown: Shown): string {
  return blocks
    .map((block) => {
      if (typeof block === "string") return block;
      if ("layout" in block) return block.layout(shown.get(block) ?? []);
      return join([block.open, ...block.blocks, block.close], shown);
    })
    .filter((text) => text !== "")
    .join("\n\n");
}

/**
 * Shows rows, the lowest rank of all sections first, until one does not fit. Then takes back the last ones until the
 * heads of the tables have room, too.
 */
function fill(blocks: readonly Block[], shown: Shown, limit: number, measure: Measure): void {
  const taken: { readonly rows: string[]; readonly size: number }[] = [];
  const rooms = new Map<Rows, number>();
  let left = limit - measure(join(blocks, shown));
  for (const { section, index } of inOrder(sectionsIn(blocks), limit)) {
    const room = rooms.get(section) ?? (section.share ?? 1) * limit;
    if (room < 0) continue;
    const text = section.row(index);
    const size = measure(text) + 1;
    // No room is below zero: a section whose share is used up takes no further row.
    rooms.set(section, room - size);
    if (size > room) continue;
    if (size > left) break;
    left -= size;
    const rows = shown.get(section) ?? [];
    shown.set(section, rows);
    rows.push(text);
    taken.push({ rows, size });
  }
  let over = measure(join(blocks, shown)) - limit;
  for (let last = taken.pop(); last !== undefined && over > 0; last = taken.pop()) {
    last.rows.pop();
    over -= last.size;
    if (over <= 0) over = measure(join(blocks, shown)) - limit;
  }
}

/** All rows that may be shown, the lowest rank first; among equal ones, those of the first section. */
function inOrder(sections: readonly Rows[], limit: number): { section: Rows; index: number }[] {
  return sections
    .flatMap((section) => {
      const most = limit === Number.POSITIVE_INFINITY ? section.count : (section.most ?? section.count);
      return Array.from({ length: Math.min(section.count, most) }, (_, index) => ({
        section,
        index,
        rank: section.rank(index),
      }));
    })
    .sort((a, b) => a.rank - b.rank);
}

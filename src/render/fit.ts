/** How much of something a limit allows: UTF-16 units or UTF-8 bytes. */
export type Measure = (text: string) => number;
export const utf16Units: Measure = (text) => text.length;
export const utf8Bytes: Measure = (text) => Buffer.byteLength(text);

/** A section made of rows, of which as many are shown as fit. Rows are made only when they may be shown. */
export interface Rows {
  readonly count: number;
  row(index: number): string;
  /** Lower is kept longer. Must not fall from one row to the next. */
  rank(index: number): number;
  /** The whole section around the shown rows, saying how many of `count` were left out; empty: no section. */
  layout(shown: readonly string[]): string;
  /** Shows no more rows than that, whatever the space. */
  readonly most?: number | undefined;
  /** The largest part of the limit that these rows may take, 0 to 1. */
  readonly share?: number | undefined;
}

/** A text that always stays, or rows. */
export type Block = string | Rows;

interface Filling {
  readonly block: Rows;
  readonly shown: string[];
  readonly most: number;
  readonly room: number;
  used: number;
  readonly cache: string[];
}

const BETWEEN = "\n\n";

/**
 * Joins blocks into a text of at most `limit`. Where not all rows have room, those of the highest rank go first, whole,
 * and each section says what it left out. Where even the frames have no room, whole sections go, the last first, and a
 * last sentence says so. The first two blocks always stay.
 */
export function fitTo(blocks: readonly Block[], limit: number, measure: Measure = utf16Units): string {
  const fillings = blocks.map((block) => (typeof block === "string" ? block : filling(block, limit)));
  let excess = 0;
  for (let attempt = 0; attempt < 12; attempt += 1) {
    fill(fillings, limit - excess, measure);
    const text = join(fillings);
    const over = measure(text) - limit;
    if (over <= 0) return text;
    if (fillings.every((part) => typeof part === "string" || part.shown.length === 0)) break;
    excess += over;
  }
  return dropSections(fillings, limit, measure);
}

function filling(block: Rows, limit: number): Filling {
  const most = Math.min(block.count, block.most ?? block.count);
  return { block, shown: [], most, room: (block.share ?? 1) * limit, used: 0, cache: [] };
}

/** Shows rows, lowest rank first over all sections, until the first that has no room. */
function fill(parts: readonly (string | Filling)[], limit: number, measure: Measure): void {
  const open = parts.filter((part) => typeof part !== "string");
  for (const part of open) {
    part.shown.length = 0;
    part.used = 0;
  }
  let left = limit - measure(join(parts));
  const waiting = new Set(open.filter((part) => part.most > 0));
  while (waiting.size > 0) {
    const part = lowestRank(waiting);
    const size = measure(rowOf(part, part.shown.length)) + 1;
    if (size > left) return;
    if (part.used + size > part.room) {
      waiting.delete(part);
      continue;
    }
    const rank = part.block.rank(part.shown.length);
    left -= take(part, size);
    while (part.shown.length < part.most && part.block.rank(part.shown.length) === rank) {
      const next = measure(rowOf(part, part.shown.length)) + 1;
      if (next > left || part.used + next > part.room) break;
      left -= take(part, next);
    }
    if (part.shown.length === part.most) waiting.delete(part);
  }
}

function take(part: Filling, size: number): number {
  part.shown.push(rowOf(part, part.shown.length));
  part.used += size;
  return size;
}

function lowestRank(parts: Iterable<Filling>): Filling {
  let best: Filling | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const rank = part.block.rank(part.shown.length);
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
    .map((part) => (typeof part === "string" ? part : part.block.layout(part.shown)))
    .filter((text) => text !== "")
    .join(BETWEEN);
}

const TOO_LONG = "_Some sections are left out here: there was no room for them._";

function dropSections(parts: readonly (string | Filling)[], limit: number, measure: Measure): string {
  const kept = parts.map((part) => (typeof part === "string" ? part : part.block.layout([])));
  for (let last = kept.length - 1; last >= 2; last -= 1) {
    kept[last] = "";
    const text = [...kept.filter((part) => part !== ""), TOO_LONG].join(BETWEEN);
    if (measure(text) <= limit) return text;
  }
  return kept.slice(0, 2).join(BETWEEN);
}

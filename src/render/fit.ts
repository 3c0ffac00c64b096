import { type Block, note, para, type Row, type Rows } from "./tree.ts";

/** The size of a text, in the limit's unit: UTF-16 units or UTF-8 bytes. */
export type Measure = (text: string) => number;
export const utf16Units: Measure = (text) => text.length;
export const utf8Bytes: Measure = (text) => Buffer.byteLength(text);

/** Writes the text to measure. */
interface Printer {
  document(blocks: readonly Block[]): string;
  row(row: Row): string;
}

/** A document after it was made to fit its limit. */
export interface Fitted {
  readonly text: string;
  /** True if nothing was left out. */
  readonly isWhole: boolean;
}

/** The room for a document. */
export interface Room {
  readonly limit: number;
  readonly measure: Measure;
  readonly printer: Printer;
  /** Number of the first blocks that always stay. */
  readonly always?: number | undefined;
}

const TOO_LONG = para(note("Some sections are left out here: there was no room for them."));

/** The largest part of the limit for the text around rows. Without any rows, the text would be useless. */
const FRAMES = 0.75;

/** Maximum number of rows in a section, even if more fit: more is not read. Documents without a limit show all. */
const MOST = 1_000;

/** A section's rows that are shown, and the room that is left for it. */
interface Section {
  readonly rows: Rows;
  readonly shown: Row[];
  /** The rest of its share. 0: a row had no room, and no later one takes its place. */
  room: number;
}

type Sections = ReadonlyMap<Rows, Section>;

/**
 * Writes blocks as a text of at most `limit`. If not all rows fit, the rows of the highest rank are left out first,
 * always as whole rows, and each section says what it left out.
 *
 * If the text around the rows leaves them hardly any room, whole blocks are dropped, the last first, and a final
 * sentence says so.
 */
export function fitBlocks(blocks: readonly Block[], room: Room): Fitted {
  const { limit, measure, printer, always = 2 } = room;
  const all: Sections = new Map(
    rowsIn(blocks).map((rows) => [rows, { rows, shown: [], room: (rows.share ?? 1) * limit }]),
  );
  const write = (some: readonly Block[]) => printer.document(laidOut(some, all));
  const most = all.size === 0 ? limit : FRAMES * limit;
  let kept = blocks;
  let text = write(kept);
  for (let count = blocks.length - 1; count >= always && measure(text) > most; count -= 1) {
    kept = [...blocks.slice(0, count), TOO_LONG];
    text = write(kept);
  }
  const sections = rowsIn(kept).map((rows) => all.get(rows) as Section);
  const taken = fill(sections, limit - measure(text), room);
  if (taken.length > 0) text = write(kept);
  // The heads of the tables need room, too.
  for (let over = measure(text) - limit; over > 0 && taken.length > 0; over = measure(text) - limit) {
    while (over > 0 && taken.length > 0) {
      const { section, size } = taken.pop() as Taken;
      section.shown.pop();
      over -= size;
    }
    text = write(kept);
  }
  const isAll = ({ rows, shown }: Section) => !rows.isShort && shown.length === rows.count;
  return { text, isWhole: kept === blocks && sections.every(isAll) };
}

function rowsIn(blocks: readonly Block[]): Rows[] {
  return blocks.flatMap((block) =>
    block.kind === "rows" ? [block] : block.kind === "fold" ? rowsIn(block.blocks) : [],
  );
}

/** The blocks with the rows that are shown. */
function laidOut(blocks: readonly Block[], sections: Sections): Block[] {
  return blocks.flatMap((block): readonly Block[] => {
    if (block.kind === "fold") return [{ ...block, blocks: laidOut(block.blocks, sections) }];
    if (block.kind !== "rows") return [block];
    return block.layout(sections.get(block)?.shown ?? []);
  });
}

/** A row that is shown, and its size. */
interface Taken {
  readonly section: Section;
  readonly size: number;
}

/**
 * Shows rows, the lowest rank of all sections first.
 * @param room the rest of the limit
 * @returns the rows in the order in which they were taken
 */
function fill(sections: readonly Section[], room: number, { limit, measure, printer }: Room): Taken[] {
  const taken: Taken[] = [];
  let left = room;
  for (const { section, index } of inOrder(sections, limit)) {
    if (section.room === 0) continue;
    const row = section.rows.row(index);
    const size = measure(printer.row(row)) + 1;
    if (size > Math.min(left, section.room)) {
      section.room = 0;
      continue;
    }
    left -= size;
    section.room -= size;
    section.shown.push(row);
    taken.push({ section, size });
  }
  return taken;
}

/** All rows that may be shown, the lowest rank first. Among equal ranks, the first section comes first. */
function inOrder(sections: readonly Section[], limit: number) {
  return sections
    .flatMap((section) => {
      const { count } = section.rows;
      const length = limit === Number.POSITIVE_INFINITY ? count : Math.min(count, MOST);
      return Array.from({ length }, (_, index) => ({ section, index, rank: section.rows.rank(index) }));
    })
    .sort((a, b) => a.rank - b.rank);
}

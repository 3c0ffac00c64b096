import { type Block, type Rows, utf16Units } from "../markdown/fit.ts";
import type { View } from "../view.ts";
import { documentBlocks, type Frame } from "./document.ts";

const FRAME: Frame = {
  limit: Number.POSITIVE_INFINITY,
  measure: utf16Units,
  open: Number.POSITIVE_INFINITY,
  mostWithin: Number.POSITIVE_INFINITY,
  mostFailing: Number.POSITIVE_INFINITY,
  mostTargets: Number.POSITIVE_INFINITY,
  elsewhere: "",
  unabridged: true,
};

/** Rows in one piece of text. */
const PIECE = 500;

/**
 * The sections of the comment and the summary with everything that those leave out, in pieces: all findings of all
 * targets.
 */
export function* renderWholeMarkdown(view: View): Generator<string> {
  let between = "";
  for (const block of flat(documentBlocks(view, FRAME))) {
    let isEmpty = true;
    for (const text of typeof block === "string" ? [block] : allRows(block)) {
      if (text === "") continue;
      yield isEmpty ? `${between}${text}` : text;
      isEmpty = false;
    }
    if (!isEmpty) between = "\n\n";
  }
  yield "\n";
}

/** Flattens folds: their opening and closing texts become texts like all others. */
function* flat(blocks: readonly Block[]): Generator<string | Rows> {
  for (const block of blocks) {
    if (typeof block === "string" || "layout" in block) yield block;
    else {
      yield block.open;
      yield* flat(block.blocks);
      yield block.close;
    }
  }
}

/** All rows, even beyond the section's `most`. If there may be many, they are not all in memory at once. */
function* allRows(block: Rows): Generator<string> {
  if (block.around === undefined || block.count === 0) {
    const indexes = Array.from({ length: block.count }, (_, index) => index);
    return yield block.layout(
      indexes.map((index) => block.row(index)),
      indexes,
    );
  }
  const { before, after } = block.around();
  yield before;
  for (let from = 0; from < block.count; from += PIECE) {
    let rows = "";
    const end = Math.min(from + PIECE, block.count);
    for (let index = from; index < end; index += 1) rows += `${index === 0 ? "" : "\n"}${block.row(index)}`;
    yield rows;
  }
  yield after;
}

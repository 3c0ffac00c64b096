import { documentBlocks, type Frame } from "./document.ts";
import { type Block, type Rows, utf16Units } from "./fit.ts";
import type { View } from "./view.ts";

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

/** The sections of comment and summary with all that they leave out, a piece each: every finding of every target. */
export function* renderWholeMarkdown(view: View): Generator<string> {
  let between = "";
  for (const text of wholeTexts(documentBlocks(view, FRAME))) {
    if (text === "") continue;
    yield `${between}${text}`;
    between = "\n\n";
  }
  yield "\n";
}

function* wholeTexts(blocks: readonly Block[]): Generator<string> {
  for (const block of blocks) {
    if (typeof block === "string") yield block;
    else if ("layout" in block) yield wholeOf(block);
    else {
      yield block.open;
      yield* wholeTexts(block.blocks);
      yield block.close;
    }
  }
}

/** All rows, whatever most a section may show where room is short. */
function wholeOf(block: Rows): string {
  const indexes = Array.from({ length: block.count }, (_, index) => index);
  return block.layout(
    indexes.map((index) => block.row(index)),
    indexes,
  );
}

import { documentBlocks, type Frame } from "./document.ts";
import { type Block, utf16Units } from "./fit.ts";
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
  for (const block of documentBlocks(view, FRAME)) {
    const text = wholeOf(block);
    if (text === "") continue;
    yield `${between}${text}`;
    between = "\n\n";
  }
  yield "\n";
}

/** All rows, whatever most a section may show where room is short. */
function wholeOf(block: Block): string {
  if (typeof block === "string") return block;
  const indexes = Array.from({ length: block.count }, (_, index) => index);
  return block.layout(
    indexes.map((index) => block.row(index)),
    indexes,
  );
}

import type { Block } from "../markdown/fit.ts";
import type { Block as Tree } from "../tree.ts";
import { markdownPrinter } from "./markdown.ts";

/**
 * A block of the tree among blocks that are Markdown already, as long as there are such.
 * @param depth number of the folds around it
 */
export function inMarkdown(block: Tree, depth = 0): Block {
  const { document, row } = markdownPrinter();
  if (block.kind === "fold") {
    const [open = "", close = ""] = document([{ ...block, blocks: [] }]).split("\n\n");
    return { open, close, blocks: block.blocks.map((each) => inMarkdown(each, depth + 1)) };
  }
  if (block.kind !== "rows") return document([block], depth);
  return {
    ...block,
    row: (index) => row(block.row(index)),
    layout: (shown) => {
      const indexes = [...shown.keys()];
      const rows = indexes.map((index) => block.row(index));
      return document(block.layout(rows, indexes), depth);
    },
  };
}

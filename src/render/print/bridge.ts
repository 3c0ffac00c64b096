import type { Block } from "../markdown/fit.ts";
import type { Block as Tree } from "../tree.ts";
import { markdown, markdownPrinter } from "./markdown.ts";

/** A block of the tree among blocks that are Markdown already, as long as there are such. */
export function inMarkdown(block: Tree): Block {
  if (block.kind !== "rows") return markdown(block);
  const { row } = markdownPrinter();
  return {
    ...block,
    row: (index) => row(block.row(index)),
    layout: (shown) => {
      const indexes = [...shown.keys()];
      return markdown(
        ...block.layout(
          indexes.map((index) => block.row(index)),
          indexes,
        ),
      );
    },
  };
}

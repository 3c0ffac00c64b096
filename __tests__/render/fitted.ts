import { fitBlocks as fitBlocksOf, utf16Units as units } from "../../src/render/fit.ts";
import { type Block, fitBlocks, type Measure, utf16Units } from "../../src/render/markdown/fit.ts";
import { markdownPrinter } from "../../src/render/print/markdown.ts";
import type { Block as Tree } from "../../src/render/tree.ts";

/** What becomes of the blocks, the text alone. */
export function fitTo(blocks: readonly Block[], limit: number, measure: Measure = utf16Units): string {
  return fitBlocks(blocks, limit, measure).text;
}

/** What becomes of blocks of the tree, as Markdown. */
export function fitTree(blocks: readonly Tree[], limit: number): string {
  return fitBlocksOf(blocks, { limit, measure: units, printer: markdownPrinter() }).text;
}

import { fitBlocks, utf16Units } from "../../src/render/fit.ts";
import { markdownPrinter } from "../../src/render/print/markdown.ts";
import type { Block } from "../../src/render/tree.ts";

/** What becomes of blocks of the tree, as Markdown. */
export function fitTree(blocks: readonly Block[], limit: number): string {
  return fitBlocks(blocks, { limit, measure: utf16Units, printer: markdownPrinter() }).text;
}

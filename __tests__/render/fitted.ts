import { fitComment, fitSummary } from "../../src/render/documents.ts";
import { fitBlocks, utf16Units } from "../../src/render/fit.ts";
import { markdownPrinter } from "../../src/render/print/markdown.ts";
import type { Block } from "../../src/render/tree.ts";
import type { View } from "../../src/render/view.ts";

/** Blocks of the tree as Markdown within a limit. */
export function fitTree(blocks: readonly Block[], limit: number): string {
  return fitBlocks(blocks, { limit, measure: utf16Units, printer: markdownPrinter() }).text;
}

/** The comment of a view alone. */
export function renderComment(view: View, limit?: number): string {
  return fitComment(view, undefined, limit).text;
}

/** The summary of a view alone. */
export function renderSummary(view: View, limitBytes?: number): string {
  return fitSummary(view, undefined, limitBytes).text;
}

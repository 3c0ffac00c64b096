import { type Block, type Inline, isEmpty } from "../tree.ts";
import { textLine } from "./line.ts";
import { type Line, tableLines } from "./text.ts";

const ALL = Number.POSITIVE_INFINITY;

/** Blocks as lines for a log or a terminal. Lists and the content of folds are indented, tables are not. */
export function blockLines(blocks: readonly Block[], indent = ""): Line[] {
  return blocks.flatMap((block) => linesOf(block, indent));
}

/** Groups of blocks, with an empty line below each group that is not empty. */
export function paragraphLines(...groups: readonly (readonly Block[])[]): Line[] {
  return groups.map((blocks) => blockLines(blocks)).flatMap((lines) => (lines.length === 0 ? [] : [...lines, ""]));
}

function linesOf(block: Block, indent: string): Line[] {
  const deeper = `${indent}  `;
  switch (block.kind) {
    case "heading":
    case "para":
      return written([block.words], indent);
    case "alert":
      return written(block.paragraphs, indent);
    case "list":
      return written(block.items, deeper);
    case "table": {
      const rows = block.rows.map((row) => row.map(textLine));
      const head = block.head.map(({ words }) => words);
      return rows.length === 0 ? [] : tableLines({ head, rows, columns: ALL, narrower: [], room: ALL });
    }
    case "fold":
      return [...written([block.summary], indent), ...blockLines(block.blocks, deeper)];
    case "paste":
      return written(block.text.split("\n"), deeper);
    case "rows": {
      const indexes = [...Array(block.count).keys()];
      const rows = indexes.map((index) => block.row(index));
      return blockLines(block.layout(rows, indexes), indent);
    }
  }
}

function written(texts: readonly Inline[], indent: string): string[] {
  return texts.flatMap((text) => (isEmpty(text) ? [] : [`${indent}${textLine(text)}`]));
}

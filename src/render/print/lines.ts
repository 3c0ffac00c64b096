import { type Block, firstRows, type Inline, isEmpty, leaves, type Row } from "../tree.ts";
import { textLine } from "./line.ts";
import { type Line, printText, type TextLook, tableLines } from "./text.ts";

const ALL = Number.POSITIVE_INFINITY;
/** Widest row of a table in a log, in columns. */
const WIDEST = 180;

/** Blocks as lines for a log or a terminal; tables keep to the columns. Lists and the content of folds are indented. */
export function blockLines(blocks: readonly Block[], columns = WIDEST, indent = ""): Line[] {
  return blocks.flatMap((block) => linesOf(block, columns, indent));
}

/** Writes blocks with an empty line above each but a list, which belongs to the words above it. */
export function textPrinter(look: TextLook) {
  return {
    document(blocks: readonly Block[]): string {
      const lines = blocks.flatMap((block) => {
        const own = blockLines([block], look.columns);
        return own.length === 0 || block.kind === "list" ? own : ["", ...own];
      });
      return printText([...lines.slice(1), ""], look);
    },
    row: (row: Row) => row.map(textLine).join("  "),
  };
}

/** Groups of blocks, with an empty line below each group that is not empty. */
export function paragraphLines(...groups: readonly (readonly Block[])[]): Line[] {
  return groups.map((blocks) => blockLines(blocks)).flatMap((lines) => (lines.length === 0 ? [] : [...lines, ""]));
}

function linesOf(block: Block, columns: number, indent: string): Line[] {
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
      const weights = block.head.map(({ letters }) => (letters === undefined ? 1 : 2));
      return rows.length === 0 ? [] : tableLines({ head, rows, columns, weights, room: ALL });
    }
    case "fold":
      return [...written([block.summary], indent), ...blockLines(block.blocks, columns, deeper)];
    case "paste":
      return written(block.text.split("\n"), deeper);
    case "rows":
      return blockLines(firstRows(block), columns, indent);
  }
}

function written(texts: readonly Inline[], indent: string): string[] {
  return texts.flatMap((text) =>
    isEmpty(text) ? [] : broken(text).map((line, at) => `${indent}${at === 0 ? "" : "  "}${textLine(line)}`),
  );
}

/** The lines that breaks make of a text. */
function broken(text: Inline): Inline[] {
  const parts = leaves(text);
  const at = parts.findIndex((part) => typeof part !== "string" && part.as === "break");
  return at < 0 ? [text] : [parts.slice(0, at), ...broken(parts.slice(at + 1))];
}

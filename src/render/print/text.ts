import { styleText } from "node:util";
import fastStringWidth from "fast-string-width";
import { codedLetters, noCommand, pathEnd, plain, shorten, visible } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { allRows, type Block, type Foreign, type Inline, isEmpty, leaves, type Row, type Table } from "../tree.ts";

/** The look of a text. */
export interface TextLook {
  readonly colours?: boolean | undefined;
  /** Lines are broken between words so that they have at most this many columns. Absent: they are not broken. */
  readonly columns?: number | undefined;
}

/** Widest row of a table if the look says nothing. */
const WIDEST = 150;
/** Longest texts in a line, in UTF-16 units. */
const LONGEST: Readonly<Record<Foreign["as"], number>> = { code: 200, name: 120, version: 60, path: 200, prose: 600 };
const ANSWERS = { pass: ["bold", "green"], fail: ["bold", "red"], error: ["bold", "red"] } as const;
/** Emoji, which only pages show. */
const SIGN = /\p{Extended_Pictographic}\uFE0F? | ?\p{Extended_Pictographic}\uFE0F?/gu;

/**
 * A line for a log, an annotation or a report: one line, nothing invisible but our own colours, no command of
 * a runner's.
 */
export function textLine(inline: Inline, look: TextLook = {}): string {
  return noCommand(words(inline, look).trim());
}

function words(inline: Inline, look: TextLook): string {
  if (typeof inline === "string")
    return NARROW.test(inline) ? inline : visible(inline.replaceAll("\u{A0}", " ").replace(SIGN, ""));
  if (!("as" in inline)) return inline.map((each) => words(each, look)).join("");
  switch (inline.as) {
    case "code":
    case "name":
    case "version":
    case "path":
    case "prose":
      return foreign(inline);
    case "severity":
      return painted(inline.severity, SEVERITY_STYLES[inline.severity].terminal, look);
    case "answer":
      return painted(inline.of, ANSWERS[inline.of], look);
    case "dot":
      return "";
    case "break":
      return "; ";
    case "link":
      return linked(words(inline.of, look), inline);
    case "more":
      return `${words(inline.summary, look)}: ${words(inline.of, look)}`;
    default:
      return words(inline.of, look);
  }
}

type Format = "bold" | "red" | "yellow" | "cyan" | "magenta" | "green";

function painted(word: string, formats: readonly Format[], { colours }: TextLook): string {
  return colours ? styleText([...formats], word, { validateStream: false }) : word;
}

/** The address behind the words. An advisory's id or an image's name says enough: a line would be mostly addresses. */
function linked(shown: string, { of, url }: { of: Inline; url: string | undefined }): string {
  const isId = typeof of === "string" ? /^[A-Za-z]+-\S+$/.test(of) : "as" in of && of.as === "code";
  return url === undefined || isId ? shown : `${shown} (${visible(url)})`;
}

function foreign({ as, text, most = LONGEST[as] }: Foreign): string {
  if (as === "prose") return plain(shorten(text, most));
  const shown = plain(as === "path" ? pathEnd(text, most) : shorten(text, most, "middle"));
  return as === "name" ? codedLetters(shown) : shown;
}

/** Writes blocks with an empty line above each except a list, which belongs to the words above it. */
export function textPrinter(look: TextLook = {}) {
  return {
    document(blocks: readonly Block[]): string {
      const all = blocks.flatMap((block) => (block.kind === "rows" ? allRows(block) : block));
      const lines = all.flatMap((block) => {
        const own = blockLines([block], look);
        return own.length === 0 || block.kind === "list" ? own : ["", ...own];
      });
      return lines.slice(lines[0] === "" ? 1 : 0).join("\n");
    },
    row: (row: Row) => row.map((cell) => textLine(cell)).join("  "),
  };
}

/** Blocks as lines. Lists and the content of folds are indented. */
export function blockLines(blocks: readonly Block[], look: TextLook = {}, indent = ""): string[] {
  return blocks.flatMap((block) => linesOf(block, look, indent));
}

function linesOf(block: Block, look: TextLook, indent: string): string[] {
  const deeper = `${indent}  `;
  const written = (texts: readonly Inline[], before = indent) =>
    texts.flatMap((text) => (isEmpty(text) ? [] : lines(text, look, before)));
  switch (block.kind) {
    case "heading":
    case "para":
      return written([block.words]);
    case "alert":
      return written(block.paragraphs);
    case "list":
      return written(block.items, deeper);
    case "table":
      return block.rows.length === 0 ? [] : tableLines(block, look, deeper);
    case "fold":
      return [...written([block.summary]), ...blockLines(block.blocks, look, deeper)];
    case "paste":
      return block.text.split("\n").map((line) => deeper + noCommand(visible(line)));
    case "rows":
      return blockLines(allRows(block), look, indent);
  }
}

/** The lines of a text: its own line breaks count, and each line is broken between words if it is too wide. */
function lines(text: Inline, look: TextLook, indent: string): string[] {
  const parts = leaves(text);
  const at = parts.findIndex((part) => typeof part !== "string" && part.as === "break");
  if (at >= 0) return [...lines(parts.slice(0, at), look, indent), ...lines(parts.slice(at + 1), look, `${indent}  `)];
  const line = textLine(text, look);
  if (look.columns === undefined) return [noCommand(indent + line)];
  const [first = "", ...others] = line.split(/ (?!\d+$)/); // `layer 1` is not torn apart.
  const broken = [indent + first];
  for (const word of others) {
    const longer = `${broken.at(-1)} ${word}`;
    if (width(longer) <= look.columns) broken[broken.length - 1] = longer;
    else broken.push(`${indent}  ${word}`);
  }
  return broken.map(noCommand);
}

/** ASCII and our own signs, each one column wide: the tables of most runs have no other text. */
const NARROW = /^[\x20-\x7e→…·−]*$/;

/**
 * The number of terminal columns of a text. The package `string-width` would load a grapheme segmenter in each run,
 * which takes 50 ms of CPU.
 */
export function width(text: string): number {
  return NARROW.test(text) ? text.length : fastStringWidth(text);
}

/** Cuts text that takes more than `most` columns. `…` replaces the rest. */
export function cut(text: string, most: number, at: "end" | "middle" = "middle"): string {
  let units = most;
  let shown = shorten(text, units, at);
  while (width(shown) > most && units > 1) {
    units -= 1;
    shown = shorten(text, units, at);
  }
  return shown;
}

const BETWEEN = "  ";

/** A table's head and rows, each column as wide as it needs. A column without any text is left out. */
function tableLines({ head, rows }: Table, look: TextLook, indent: string): string[] {
  const texts = [head.map(({ words: of }) => of), ...rows.map((row) => row.map((cell) => textLine(cell)))];
  const widths = head.map(({ words: of }, column) => {
    const widest = texts.slice(1).reduce((most, cells) => Math.max(most, width(cells[column] ?? "")), 0);
    return widest === 0 ? 0 : Math.max(widest, width(of));
  });
  // A column with letters has ids or versions, which people copy. It is the last to be narrowed.
  const weights = head.map(({ letters = 1 }) => Math.max(1, Math.min(letters / 4, 4)));
  const room = (look.columns ?? WIDEST) - indent.length + BETWEEN.length;
  const sum = widths.reduce((all, each) => all + (each && BETWEEN.length + each), 0);
  for (let over = sum - room; over > 0; over -= 1) {
    const sizes = widths.map((each, column) => each / (weights[column] ?? 1));
    const widest = sizes.indexOf(Math.max(...sizes));
    widths[widest] = Math.max(1, (widths[widest] ?? 0) - 1);
  }
  const lineOf = (cells: readonly string[], styled: Row = cells) =>
    widths.flatMap((most, column) => {
      const hasPath = leaves(styled[column] ?? "").some((part) => typeof part !== "string" && part.as === "path");
      const text = cut(cells[column] ?? "", most, hasPath ? "middle" : head[column]?.cutAt);
      const shown = text === cells[column] ? textLine(styled[column] ?? "", look) : text;
      return most === 0 ? [] : [shown + " ".repeat(Math.max(0, most - width(text)))];
    });
  return texts.map((cells, at) => noCommand((indent + lineOf(cells, rows[at - 1]).join(BETWEEN)).trimEnd()));
}

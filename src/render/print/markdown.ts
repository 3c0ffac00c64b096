import { oncePer } from "../../domain/memoize.ts";
import { fitBlocks, utf8Bytes } from "../fit.ts";
import { pathEnd, shorten } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import {
  type AlertKind,
  type Block,
  type Column,
  type Foreign,
  type Inline,
  type Leaf,
  leaves,
  type Row,
  type Table,
} from "../tree.ts";
import {
  code,
  fence,
  html,
  LINKABLE,
  LONGEST_CODE,
  LONGEST_TEXT,
  packageName,
  quote,
  tableHead,
  tableRow,
  text,
  version,
} from "./markdown-text.ts";

/** A kind of Markdown: GFM, or GitLab's (https://docs.gitlab.com/user/markdown/), which acts on more signs. */
export type Dialect = "glfm" | undefined;

/** Longest path, in UTF-16 units. */
const PATH = 48;

/** Writes a document in a platform's Markdown: one of the two places that make foreign text harmless there. */
export interface MarkdownPrinter {
  /** Blocks below each other. `depth`: number of the folds around them. */
  document(blocks: readonly Block[], depth?: number): string;
  line(inline: Inline): string;
  /** A table's row, or a list's item. */
  row(row: Row): string;
}

/** @param dialect undefined: GFM */
export function markdownPrinter(dialect?: Dialect): MarkdownPrinter {
  const printer: MarkdownPrinter = {
    document: (blocks, depth = 0) =>
      blocks
        .map((block) => blockText(block, depth, printer))
        .filter((shown) => shown !== "")
        .join("\n\n"),
    line: (inline) => lineText(inline, dialect),
    // A row is measured before it is shown.
    row: oncePer((row) => (row.length === 1 ? `- ${printer.line(row)}` : tableRow(row.map(printer.line)))),
  };
  return printer;
}

const GFM = markdownPrinter();

/** Blocks in GFM. */
export function markdown(...blocks: readonly Block[]): string {
  return GFM.document(blocks);
}

/** A job summary in GFM. `always`: as in {@link fitBlocks}. */
export function markdownSummary(blocks: readonly Block[], limitBytes = 1_000_000, always?: number): string {
  return `${fitBlocks(blocks, { limit: limitBytes - 1, measure: utf8Bytes, printer: GFM, always }).text}\n`;
}

/** A line in GFM. */
export function markdownLine(inline: Inline): string {
  return GFM.line(inline);
}

function blockText(block: Block, depth: number, { document, line, row }: MarkdownPrinter): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(Math.min(block.level + depth, 4))} ${line(block.words)}`;
    case "para":
      return line(block.words);
    case "table":
      return block.rows.length === 0 ? "" : tableText(block, row);
    case "list":
      return block.items
        .map((item, index) => `${block.from === undefined ? "-" : `${block.from + index}.`} ${line(item)}`)
        .join("\n");
    case "fold": {
      const opening = `<details${block.open ? " open" : ""}><summary>${summaryText(block.summary)}</summary>`;
      return [opening, document(block.blocks, depth + 1), "</details>"].filter((part) => part !== "").join("\n\n");
    }
    case "alert":
      if (block.paragraphs.length === 0) return "";
      return quote(
        (depth === 0 ? `[!${block.as}]\n` : `${ALERT_SIGN[block.as]} `) + block.paragraphs.map(line).join("\n\n"),
      );
    case "paste":
      return fence(block.text, block.language);
    case "rows":
      return document(block.layout([]), depth);
  }
}

/** For an alert within another element, where a platform allows no box: a quotation with a sign. */
const ALERT_SIGN: Readonly<Record<AlertKind, string>> = {
  NOTE: "ℹ️",
  WARNING: "⚠️",
  CAUTION: "🛑",
};

function tableText({ head, rows }: Table, row: MarkdownPrinter["row"]): string {
  const columns = tableHead(
    head.map(columnText),
    head.map(({ align = "left" }) => align),
  );
  return [columns, ...rows.map(row)].join("\n");
}

/**
 * A column's word with no-break spaces behind it, so that the column has room for its letters in one line. A browser
 * breaks ids and days at each hyphen if a table is wide. The ids stay as they are, so that people find and copy them.
 */
function columnText({ words, letters = -1 }: Column): string {
  // A letter of an id is about as wide as two no-break spaces.
  return words + "&nbsp;".repeat(Math.max(0, (letters - words.length + 1) * 2));
}

function lineText(inline: Inline, dialect: Dialect): string {
  let made = "";
  let isAfterForeign = false;
  for (const leaf of leaves(inline)) {
    const piece = typeof leaf === "string" ? own(leaf) : pieceText(leaf, dialect);
    if (piece === "") continue;
    const isForeign = typeof leaf !== "string" && "text" in leaf;
    // Two code spans without a gap would be one, and two harmless words a reference.
    if ((isForeign && isAfterForeign) || (piece.startsWith("`") && made.endsWith("`"))) made += " ";
    made += piece;
    isAfterForeign = isForeign;
  }
  return made;
}

function pieceText(leaf: Exclude<Leaf, string>, dialect: Dialect): string {
  switch (leaf.as) {
    case "strong":
    case "broken":
    case "answer":
      return `**${lineText(leaf.of, dialect)}**`;
    case "small":
      return lineText(leaf.of, dialect).replace(/^.+$/s, (words) => `<sub>${words}</sub>`);
    case "note":
      return `_${lineText(leaf.of, dialect)}_`;
    case "link": {
      const isLink = leaf.url !== undefined && LINKABLE.test(leaf.url);
      // Within a link, no platform reads an id as a commit or another link.
      const isId = isLink && typeof leaf.of === "string" && /^[A-Za-z0-9-]+(?::\d+)?$/.test(leaf.of);
      const words = isId ? leaf.of : lineText(leaf.of, dialect);
      return isLink ? `[${words}](${leaf.url})` : words;
    }
    case "severity":
      return `${SEVERITY_STYLES[leaf.severity].dot}&nbsp;${leaf.severity}`;
    case "dot":
      return `${SEVERITY_STYLES[leaf.severity].dot}&nbsp;`;
    case "break":
      return "<br>";
    case "more":
      // Within a line, Markdown goes on between the tags.
      return `<details><summary>${lineText(leaf.summary, dialect)}</summary>${lineText(leaf.of, dialect)}</details>`;
    default:
      return foreignText(leaf, dialect);
  }
}

const VERSION = 60;

function foreignText({ as, text: untrusted, most }: Foreign, dialect: Dialect): string {
  switch (as) {
    case "code":
      return code(untrusted, most);
    case "name":
      return packageName(most === undefined ? untrusted : shorten(untrusted, most, "middle"));
    case "path":
      return code(pathEnd(untrusted, most ?? PATH), most ?? PATH);
    case "prose":
      return text(untrusted, most);
    case "version": {
      if (untrusted === "") return "";
      // A word after a tilde is a label of GitLab's.
      const isLabel = dialect === "glfm" && untrusted.includes("~");
      return isLabel || untrusted.length > VERSION ? code(untrusted, most ?? VERSION) : version(untrusted);
    }
  }
}

/** Signs that our own words never have, unless foreign text was passed as ours by mistake. */
const NOT_OURS =
  /(?!\u{FE0F})[^\p{L}\p{N}\p{So}\p{Sm}\p{P}\u{A0} ]|[!"#$%&*<>@[\\\]^_`{|}~]|^(?:[-/]|;;;|\+(?!\d))|^\d+[.)]|www\.|:\/|\w:\w|g[hl]-\d|[\da-f]{7}/iu;

/** The same for most of our words, which are plain: without classes of Unicode the search takes a tenth. */
const OURS = /^(?![-/;])(?!.*(?:www\.|g[hl]-\d|[\da-f]{7}|\d[.)]))[a-z\d ,.;()/'-]*$/i;

function isOurs(words: string): boolean {
  return OURS.test(words) || !NOT_OURS.test(words);
}

/** Our own words as they are. Foreign words that were passed as ours are still harmless. */
function own(words: string): string {
  if (isOurs(words)) return words.replaceAll("\u{A0}", "&nbsp;");
  const [, before = "", within = "", after = ""] = /^(\s*)(.*?)(\s*)$/su.exec(words) ?? [];
  return `${before && " "}${text(within, Number.POSITIVE_INFINITY)}${after && " "}`;
}

/** The words of a summary, which is HTML. */
function summaryText(inline: Inline): string {
  return leaves(inline)
    .map((leaf) => (typeof leaf === "string" ? ownInSummary(leaf) : summaryPiece(leaf)))
    .join("");
}

/** Our own signs need no code mark either. */
function ownInSummary(words: string): string {
  return isOurs(words) ? words.replaceAll("\u{A0}", "&nbsp;") : html(words);
}

function summaryPiece(leaf: Exclude<Leaf, string>): string {
  if ("text" in leaf)
    return html(leaf.text, leaf.most ?? (leaf.as === "prose" ? LONGEST_TEXT : LONGEST_CODE), leaf.as !== "prose");
  if (leaf.as === "strong" || leaf.as === "broken") return `<strong>${summaryText(leaf.of)}</strong>`;
  if (leaf.as === "severity") return leaf.severity;
  return "of" in leaf ? summaryText(leaf.of) : " ";
}

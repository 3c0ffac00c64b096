import { codedLetters, codePoint, shorten, visible } from "../shared/safe-text.ts";

/** Longest untrusted text in one code span, in UTF-16 units. */
export const LONGEST_CODE = 160;
/** Longest untrusted prose. */
export const LONGEST_TEXT = 600;
/** Longest word of prose: a longer one would widen the page. */
const LONGEST_WORD = 100;

/**
 * Untrusted text as a code span. In a code span, a platform makes no links, mentions or emoji, and Markdown has no
 * meaning. Invisible characters are shown as code points. Longer text loses its middle.
 */
export function code(untrusted: string, most = LONGEST_CODE): string {
  return span(visible(shorten(untrusted, most, "middle")));
}

/** A package's name as a code span. Each non-ASCII character is followed by its code point, because `а` is not `a`. */
export function packageName(untrusted: string): string {
  return span(codedLetters(visible(shorten(untrusted, LONGEST_CODE, "middle"))));
}

function span(text: string): string {
  if (text === "") return '`""`';
  // Parsers disagree on a backslash before a pipe (GFM's table extension, cmark-gfm), so none is left there.
  const shown = withoutColour(noComment(text))
    .replace(/\\(?=\|)/g, codePoint)
    .replace(/^ | $/g, codePoint);
  if (!shown.includes("`")) return `\`${shown}\``;
  const fenceText = "`".repeat(longestRun(shown) + 1);
  return `${fenceText} ${shown} ${fenceText}`;
}

/** Platforms draw a square next to a code span that consists of a colour. */
function withoutColour(text: string): string {
  return /^\s*(?:#[0-9a-f]{3,8}|(?:rgb|hsl)a?\(.*\))\s*$/i.test(text) ? text.replace(/\S/, codePoint) : text;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** Prevents HTML comments, so that our hidden marker cannot be forged. */
function noComment(text: string): string {
  return text.includes("<!--") ? text.replaceAll("<!--", "<\\u{21}--") : text;
}

/** Punctuation that may surround a harmless word. */
const AROUND = /^["'(]+|["'.,;:!?)%…]+$/gu;
/** The characters of a harmless word, unless it has a character of {@link MEANINGFUL}. */
const HARMLESS_CORE = /^[\p{L}\p{M}\p{N}\p{S}\p{P}]+$/u;
/**
 * The same in ASCII. Most words need no other: compiling the one with classes of Unicode takes milliseconds, which
 * matter in a small scan.
 */
const HARMLESS_ASCII = /^[!-~]+$/;
/** Characters that Markdown or a platform (`%1` is a milestone) may give a meaning within a word. */
const MEANINGFUL = /[!"#$%&()*+.:;<=>?@[\\\]^_`{|}~]/;
const NUMBER = /^\d+(\.\d+)+$/;
/** `GH-26`, `GL-26` and bare commit ids become links. */
const REFERENCE = /(?:^|[^\p{L}\p{N}])(?:g[hl]-\d|[0-9a-f]{7,64}(?![\p{L}\p{N}]))/iu;

/**
 * Untrusted prose, on one line. Harmless words stay as they are. A word that Markdown or a platform could give a
 * meaning becomes a code span: mentions, references, addresses, commit ids, HTML, emphasis, emoji codes. So does text
 * between two backticks. Entities and backslashes are not enough: a platform looks for mentions in the rendered page.
 */
export function text(untrusted: string, most = LONGEST_TEXT): string {
  const pieces = shorten(untrusted, most)
    .replace(/\s+/g, " ")
    .trim()
    .split(/(`[^`]+`)/);
  // `1.` and `1)` begin a list at the start of a line.
  return pieces
    .map((piece, index) => (index % 2 === 1 ? code(piece.slice(1, -1)) : proseWords(piece)))
    .reduce(
      (before, piece) => (before.endsWith("`") && piece.startsWith("`") ? `${before} ${piece}` : before + piece),
      "",
    )
    .replace(/^(\d+)([.)])(?= |$)/, "$1\\$2");
}

/** A quick test for letters that are not of a commit id, as in most words of a text. */
const PLAIN_WORD = /^(?!www\.)[a-f]*[g-z][a-z]*[.,]?$/i;

function proseWords(piece: string): string {
  return piece
    .split(" ")
    .map((word) => {
      if (word === "" || (word.length <= LONGEST_WORD && PLAIN_WORD.test(word))) return word;
      return proseWord(visible(shorten(word, LONGEST_WORD, "middle")));
    })
    .join(" ");
}

function proseWord(word: string): string {
  if (/^[-–—/]+$/.test(word)) return word.replaceAll("-", "\\-");
  if (word === "&") return "&amp;";
  // Punctuation after a code span, such as a full stop.
  if (/^(?:["'(]*[.,;!?)"'%…]*|:)$/.test(word) && !/[!%]"|^;;;/.test(word)) return word;
  if (isHarmless(word.replace(AROUND, "")) && !/www\./i.test(word)) return word;
  const [, before = "", within = word, after = ""] = /^([("']*)(.*?)([.,;!?)"']*)$/su.exec(word) ?? [];
  return within === "" ? span(word) : `${before}${span(within)}${after}`;
}

function isHarmless(core: string): boolean {
  if (!(HARMLESS_ASCII.test(core) || HARMLESS_CORE.test(core)) || REFERENCE.test(core)) return false;
  // A list, or a command that a platform carries out: `/merge`.
  if (/^[-/]/.test(core)) return false;
  return !MEANINGFUL.test(core) || NUMBER.test(core);
}

/**
 * A package's version: as it is if it has only the usual characters of versions, otherwise as a code span.
 * It must not be the first thing on a line.
 */
export function version(untrusted: string): string {
  const common = /^(?:\d{1,4}:)?[0-9A-Za-z][0-9A-Za-z.+~-]{0,59}$/.test(untrusted) && !/^\d+\.$/.test(untrusted);
  if (!common || REFERENCE.test(untrusted) || /www\./i.test(untrusted))
    return untrusted === "" ? "" : code(untrusted, 60);
  // One tilde on each side strikes text through.
  return untrusted.replaceAll("~", "\\~");
}

/** True if the printer links to an address that we built or checked. */
export function isLinkable(url: string): boolean {
  return LINKABLE.test(url);
}

export const LINKABLE = /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./:%~+=?-]*(?:#[a-z0-9-]+)?$/i;

export type Alignment = "left" | "right";

/** Without an alignment, platforms centre only the head. */
const RULES: Readonly<Record<Alignment | "none", string>> = { left: ":--", right: "--:", none: "---" };

/** The head of a table. The cells are our own Markdown. */
export function tableHead(columns: readonly string[], align: readonly Alignment[] = []): string {
  return `${tableRow(columns)}\n|${columns.map((_, i) => RULES[align[i] ?? "none"]).join("|")}|`;
}

/** A table row. The cells are Markdown. Only code spans have raw pipes, and GFM wants those written as `\|`. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(tableCell).join(" | ")} |`;
}

/** The text between two pipes of a {@link tableRow}. */
function tableCell(markdown: string): string {
  if (!/[\r\n|]/.test(markdown)) return markdown;
  return markdown.replace(/[\r\n]+/g, " ").replaceAll("|", "\\|");
}

/** Text within our own HTML element. Text that could be a mention or a reference is put into `<code>`. */
export function html(untrusted: string, most = Number.POSITIVE_INFINITY, isCode = false): string {
  const one = visible(shorten(untrusted, most, "middle").replace(/\s+/g, " "));
  const isHarmless = !isCode && isProse(one) && !REFERENCE.test(one) && !/!\d/.test(one);
  return isHarmless ? escaped(one) : `<code>${escaped(withoutColour(one))}</code>`;
}

/** Letters, digits and a sentence's punctuation, without text that could be an address. */
function isProse(one: string): boolean {
  if (/^(?:[A-Za-z\d ,.;()'?!-]|: )*$/.test(one)) return !/\.[A-Za-z]/.test(one);
  return /^(?:[\p{L}\p{N} ,.;()'’?!–-]|: )*$/u.test(one) && !/\.\p{L}/u.test(one);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A command of GitLab's at the start of a line. GitLab looks for them in the source, and within long fences, too. */
const COMMAND = /^((?:[\s>]|[-*+](?=\s)|\d{1,9}[.)](?=\s)|\[[ xX]\](?=\s)){0,200})\/(?=[a-z_])/i;

/** Lines of text as a code block. The fence is longer than any run of backticks in the text. */
export function fence(untrusted: string, language = ""): string {
  const lines = untrusted
    .split(/\r\n|\r|\n/)
    .map((line) => visible(line).replace(COMMAND, (_, before: string) => before + codePoint("/")))
    .join("\n");
  const marks = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `${marks}${language}\n${noComment(lines)}\n${marks}`;
}

/** Each line as a line of a quotation. */
export function quote(markdown: string): string {
  return markdown
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

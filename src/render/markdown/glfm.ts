import { codePoint } from "../shared/safe-text.ts";

/**
 * A finished document in GLFM, GitLab's Markdown (https://docs.gitlab.com/user/markdown/). It acts on more than GFM
 * does: a line that begins with `/merge` is a command. Labels, milestones and merge requests have signs. Sections have
 * put strangers' words into code spans already; this holds for everything, our own words included. Nothing is left
 * out. Code is still shown as it is, but for a colour and a command at a line's start.
 */
export function toGlfm(markdown: string): string {
  let fence = "";
  return withoutFrontMatter(lineFeeds(markdown))
    .split("\n")
    .map((line) => {
      const [, marks = ""] = FENCE.exec(line) ?? [];
      const isEnd = fence !== "" && marks.startsWith(fence) && line.trimEnd().endsWith(marks);
      if (fence !== "" && !isEnd) return withoutCommand(line);
      if (isEnd || marks !== "") {
        fence = isEnd ? "" : marks;
        return line;
      }
      return withoutCommand(spansOf(line).map(harmlessPiece).join(""));
    })
    .join("\n");
}

/**
 * A carriage return ends a line of Markdown. GitLab takes it out before it looks for commands, so that one within
 * `/merge` would hide the command from a search by lines.
 */
function lineFeeds(markdown: string): string {
  return markdown.replace(/\r\n?/g, "\n");
}

/** A document that begins with one of these lines begins with settings, which are not shown. */
function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^(\s*)(?=---|\+\+\+|;;;)/, "$1\\");
}

/** The marks of a code block's first or last line, also within a quotation. More backticks make it a code span. */
const FENCE = /^[ >]{0,40}(`{3,}(?=[^`]*$)|~{3,})/;

/**
 * A command behind blanks, quotations, list markers and task boxes. GitLab looks for commands in the source, and does
 * not know a code block whose fence is longer than three backticks (`Gitlab::QuickActions::Extractor`).
 */
const COMMAND = /^((?:[\s>]|[-*+](?=\s)|\d{1,9}[.)](?=\s)|\[[ xX]\](?=\s)){0,200})\/(?=[a-z_])/i;

function withoutCommand(line: string): string {
  return line.replace(COMMAND, (_, before: string) => before + codePoint("/"));
}

interface Piece {
  /** `code` with its backticks, `raw` for HTML and addresses of links. */
  readonly kind: "code" | "raw" | "text";
  readonly text: string;
}

/** HTML comments, code in HTML, other tags, the address of a link. */
const RAW = /<!--.{0,2000}?-->|<code>.{0,5000}?<\/code>|<\/?[a-z][^<>]*>|\]\([^()\s]*\)/gi;

/** Splits a line at its code spans, and what is between them at HTML and addresses. */
function spansOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  const runs = [...line.matchAll(/`+/g)];
  let end = 0;
  for (let at = 0; at < runs.length; at += 1) {
    const [marks] = runs[at] ?? [""];
    let closing = at + 1;
    while (closing < runs.length && runs[closing]?.[0] !== marks) closing += 1;
    const start = runs[at]?.index ?? 0;
    const last = runs[closing];
    if (last === undefined) continue;
    pieces.push(...textPieces(line.slice(end, start)));
    end = last.index + last[0].length;
    pieces.push({ kind: "code", text: line.slice(start, end) });
    at = closing;
  }
  pieces.push(...textPieces(line.slice(end)));
  return pieces;
}

function textPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { index, 0: raw } of text.matchAll(RAW)) {
    pieces.push({ kind: "text", text: text.slice(end, index) }, { kind: "raw", text: raw });
    end = index + raw.length;
  }
  return [...pieces, { kind: "text", text: text.slice(end) }];
}

function harmlessPiece({ kind, text }: Piece, index: number, all: readonly Piece[]): string {
  if (kind !== "text") return withoutColour(text);
  const [before, after] = [all[index - 1]?.kind, all[index + 1]?.kind];
  return harmlessText(text, before === "code", after === "code");
}

/** A code span, or code in HTML, that is a colour alone gets a square of that colour beside it. */
const COLOUR = /^(`+ ?|<code> *)(#[0-9a-f]{3,8}|(?:rgb|hsl)a?\(.*\))( *<\/code>| ?`+)$/i;

function withoutColour(span: string): string {
  return span.replace(COLOUR, (_, open: string, [sign = "", ...rest]: string, close: string) =>
    [open, codePoint(sign), ...rest, close].join(""),
  );
}

/**
 * Words that become links or pictures: labels, users, issues, merge requests, milestones, snippets, epics, alerts
 * (`project#1` as well), emoji, Jira-like `GL-1`, wiki links, footnotes, the table of contents, inline differences.
 */
const WORD = new RegExp(
  [
    String.raw`(?<![\w.+:/-])[\w.+:/-]*(?:\\?~["\w][\w.+:-]*)+`,
    String.raw`(?<![\w@])\\?@[\w"][\w./-]*`,
    String.raw`(?<![\w./-])[\w./-]*\\?(?<!&)[#!%$^][\d"][\w.-]*`,
    String.raw`(?<!\w)\\?[%$][a-z][\w.-]*`,
    String.raw`(?<![\w./-])[\w./-]*\\?&(?:amp;)?\d[\w.-]*`,
    String.raw`(?<![\w:]):[a-z0-9_+-]+:(?![\w:])`,
    String.raw`(?<!\w)gl-\d+`,
    String.raw`\[\[|\[\^|\[_?TOC_?\]|[[{][+-](?! |\])`,
  ].join("|"),
  "gi",
);

/** A quick test, as most texts have none of the words. */
const SIGNS = /[~@#%$^&{[]|![\d"]|:[a-z0-9_+-]+:|gl-\d/i;

/** @param isAfterCode two code spans without anything between them would be one */
function harmlessText(text: string, isAfterCode: boolean, isBeforeCode: boolean): string {
  if (!SIGNS.test(text)) return text;
  const harmless = text.replace(WORD, (word, at: number) => {
    const span = `\`${word.replace(/\\(?=[~@#!%$^&])/g, "").replaceAll("&amp;", "&")}\``;
    const end = at + word.length;
    // A backslash before the span would take its first backtick.
    const before = isAfterCode && at === 0 ? " " : isEscaped(text, at) ? "\\" : "";
    return `${before}${span}${isBeforeCode && end === text.length ? " " : ""}`;
  });
  // A dollar sign on each side makes a code span mathematics.
  return isBeforeCode ? harmless.replace(/\$$/, codePoint("$")) : harmless;
}

/** Whether an odd number of backslashes stands before a place of a text. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === "\\") start -= 1;
  return (at - start) % 2 === 1;
}

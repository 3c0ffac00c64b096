import { escaped } from "../print/html-text.ts";
import { shorten } from "../shared/safe-text.ts";

/**
 * An advisory's explanation as paragraphs and lists. Many advisories are Markdown: marks become what they mean or go,
 * and a link keeps its words alone, since we do not know where it leads. Everything else stays as it is, and nothing
 * becomes markup.
 * @param untrusted text of any kind
 * @param most longest text that is shown, in UTF-16 units
 */
export function description(untrusted: string, most: number): string {
  const text = shorten(untrusted.slice(0, most * 2).trim(), most);
  const blocks = new Blocks();
  for (const line of text.split(/\r\n|\r|\n/)) blocks.add(line);
  // A text of marks alone stays as it is.
  return blocks.end() || (text === "" ? "" : `<p>${escaped(text.replace(/\s+/g, " "))}</p>`);
}

const FENCE = /^\s{0,3}(?:```|~~~)/;
const HEADING = /^\s{0,3}#{1,6}\s+([\s\S]*)$/;
const UNDERLINE = /^\s{0,3}(?:=+|-{3,}|\*{3,}|_{3,})\s*$/;
const ITEM = /^\s{0,8}(?:[*+-]|\d{1,3}[.)])\s+([\s\S]*)$/;

/** Collects lines into blocks of HTML. */
class Blocks {
  #html = "";
  #paragraph: string[] = [];
  #items: string[] = [];
  /** The lines of a block of code, while one is open. */
  #code: string[] | undefined;

  add(line: string): void {
    if (FENCE.test(line)) this.#turnCode();
    else if (this.#code !== undefined) this.#code.push(line);
    else if (line.trim() === "" || UNDERLINE.test(line)) this.#close();
    else if (HEADING.test(line)) this.#addHeading((HEADING.exec(line)?.[1] ?? "").replace(/(?<![\s#])[\s#]+$/, ""));
    else if (ITEM.test(line)) this.#addItem(ITEM.exec(line)?.[1] ?? "");
    else if (this.#items.length > 0) this.#items.push(`${this.#items.pop()} ${line.trim()}`);
    else this.#paragraph.push(line.trim());
  }

  end(): string {
    this.#close();
    this.#closeCode();
    return this.#html;
  }

  #addHeading(words: string): void {
    this.#close();
    if (words !== "") this.#html += `<p><b>${inline(words)}</b></p>`;
  }

  #addItem(words: string): void {
    this.#closeParagraph();
    this.#items.push(words);
  }

  #turnCode(): void {
    const isOpen = this.#code !== undefined;
    this.#close();
    this.#closeCode();
    if (!isOpen) this.#code = [];
  }

  #closeCode(): void {
    // Each line by itself: a line break is a control character, which would be shown as its code point.
    const lines = (this.#code ?? []).map((line) => `<code>${escaped(line.replaceAll("\t", "  "))}</code>`);
    if (lines.length > 0) this.#html += `<p class="code">${lines.join("<br>")}</p>`;
    this.#code = undefined;
  }

  #close(): void {
    this.#closeParagraph();
    if (this.#items.length > 0)
      this.#html += `<ul>${this.#items.map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`;
    this.#items = [];
  }

  #closeParagraph(): void {
    if (this.#items.length > 0 || this.#paragraph.length === 0) return;
    this.#html += `<p>${inline(this.#paragraph.join(" "))}</p>`;
    this.#paragraph = [];
  }
}

/**
 * In this order: code, a link or picture, an address in brackets, bold text, a tag that only shapes text, an escaped
 * mark.
 */
const MARKS = new RegExp(
  [
    "(?<!`)`+([^`]{1,2000})`+",
    String.raw`!?\[([^\[\]]{1,300})\]\([^()\s]{0,500}(?:\s"[^"]{0,200}")?\)`,
    String.raw`<(https?:[^<>\s]{1,500})>`,
    String.raw`\*\*([^*]{1,500})\*\*`,
    String.raw`<\/?(?:p|br|b|i|em|strong|ul|ol|li|h[1-6]|div|span|details|summary)(?:\s[^<>]{0,100})?\/?>`,
    String.raw`\\([!-/:-@[-\x60{-~])`,
  ].join("|"),
  "gi",
);

/** A line's marks as HTML, and all else as text. */
function inline(line: string, inside = false): string {
  const text = line.replace(/\s+/g, " ");
  let html = "";
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    const [whole, code, label, address, bold, mark] = match;
    html += escaped(text.slice(from, match.index));
    from = match.index + whole.length;
    const within = bold ?? label;
    if (code !== undefined) html += `<code>${escaped(code)}</code>`;
    else if (within === undefined) html += escaped(address ?? mark ?? " ");
    else {
      const words = inside ? escaped(within) : inline(within, true);
      html += bold === undefined ? words : `<b>${words}</b>`;
    }
  }
  return html + escaped(text.slice(from));
}

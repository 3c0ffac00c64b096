import { severityRank } from "../../domain/severity.ts";
import { allRows, type Block, type Foreign, type Inline, isEmpty, type Row, type Table } from "../tree.ts";
import { breakable, code, escaped, isLinkable, link, name, pathCode, sentence } from "./html-text.ts";

/** Our page has room for longer texts than the narrow media for which a tree sets limits. */
const ROOM = 4;
/** Longest texts if the tree has no limit, in UTF-16 units. */
const LONGEST: Readonly<Record<Foreign["as"], number>> = { code: 300, name: 200, version: 100, path: 400, prose: 600 };

/** The colours of an answer's sign: not every reader's fonts have the sign itself. Other signs only repeat a word. */
const ANSWERS: Readonly<Record<string, string>> = { "✅": "pass", "❌": "fail", "⛔": "error" };
const SIGN = /(\p{Extended_Pictographic})\uFE0F?( ?)/gu;

const PLAIN = /^[\x20-\x7e]*$/;

/** Our own words. */
function own(words: string): string {
  if (PLAIN.test(words)) return escaped(words);
  return escaped(words.replaceAll("\u{A0}", " ").replaceAll("\u{FE0F}", "")).replace(SIGN, (_, sign, blank) =>
    ANSWERS[sign] === undefined ? "" : `<span class="answer ${ANSWERS[sign]}">●</span>${blank}`,
  );
}

/** One text for each block. @param depth number of folds around the blocks; outside of folds, level 3 is `h2` */
export function* htmlBlocks(blocks: readonly Block[], depth = 0): Generator<string> {
  for (const block of blocks) yield blockText(block, depth);
}

function blockText(block: Block, depth: number): string {
  const within = (blocks: readonly Block[], deeper = 1) => [...htmlBlocks(blocks, depth + deeper)].join("");
  switch (block.kind) {
    case "heading": {
      const tag = `h${block.level - 1 + depth}`;
      return `<${tag}>${htmlLine(block.words)}</${tag}>\n`;
    }
    case "para":
      return isEmpty(block.words) ? "" : `<p>${htmlLine(block.words)}</p>\n`;
    case "table":
      return block.rows.length === 0 ? "" : tableText(block);
    case "list": {
      if (block.items.length === 0) return "";
      const [open, close] = block.from === undefined ? ["ul", "ul"] : [`ol start="${block.from}"`, "ol"];
      return `<${open}>\n${block.items.map((item) => `<li>${htmlLine(item)}</li>\n`).join("")}</${close}>\n`;
    }
    case "fold":
      return `<details${block.open ? " open" : ""}><summary>${htmlLine(block.summary)}</summary>\n${within(block.blocks)}</details>\n`;
    case "alert":
      if (block.paragraphs.length === 0) return "";
      return `<div class="note ${block.as === "NOTE" ? "" : "warning"}">${block.paragraphs.map((each) => `<p>${htmlLine(each)}</p>`).join("")}</div>\n`;
    case "paste":
      return `<pre><code>${block.text.split("\n").map(escaped).join("\n")}</code></pre>\n`;
    case "rows":
      return within(allRows(block), 0);
  }
}

/** A table. Each cell repeats its column's words, since on a narrow screen a row is a card. */
function tableText({ head, rows }: Table): string {
  const right = head.map(({ align }) => (align === "right" ? ' class="number"' : ""));
  const heads = head.map(({ words }, at) =>
    words === "" ? "<td></td>" : `<th scope="col"${right[at]}>${escaped(words)}</th>`,
  );
  const cell = (words: Inline, at: number) =>
    `<td${right[at]} data-name="${escaped(head[at]?.words ?? "")}">${htmlLine(words)}</td>`;
  const row = (cells: Row) => `<tr>${cells.map(cell).join("")}</tr>\n`;
  return `<table class="cards">\n<thead><tr>${heads.join("")}</tr></thead>\n<tbody>\n${rows.map(row).join("")}</tbody>\n</table>\n`;
}

/** A line as HTML. */
export function htmlLine(inline: Inline): string {
  if (typeof inline === "string") return own(inline);
  if (!("as" in inline)) return inline.reduce<string>((html, part) => html + htmlLine(part), "");
  switch (inline.as) {
    case "strong":
    case "answer":
      return `<b>${htmlLine(inline.of)}</b>`;
    case "small":
      return `<small>${htmlLine(inline.of)}</small>`;
    case "broken":
      return `<span class="broken">${htmlLine(inline.of)}</span>`;
    case "note":
      return htmlLine(inline.of);
    case "link":
      return inline.url !== undefined && isLinkable(inline.url)
        ? link(htmlLine(inline.of), inline.url)
        : htmlLine(inline.of);
    case "severity":
      return `<span class="severity s${severityRank(inline.severity)}">${inline.severity}</span>`;
    case "dot":
      return "";
    case "break":
      return "<br>";
    case "more":
      return `<details><summary>${htmlLine(inline.summary)}</summary>${htmlLine(inline.of)}</details>`;
    default:
      return foreign(inline);
  }
}

function foreign({ as, text, most }: Foreign): string {
  const room = most === undefined ? LONGEST[as] : most * ROOM;
  switch (as) {
    case "code":
      return code(text, room);
    case "name":
      return text.trim() === "" ? code("", 1) : breakable(name(text, room));
    case "version":
      return name(text, room);
    case "path":
      return pathCode(text, room);
    case "prose":
      return sentence(text, room);
  }
}

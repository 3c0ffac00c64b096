import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ownFonts } from "../../__tests__/support/programs/fonts.ts";

const STYLE = readFileSync(join(import.meta.dirname, "terminal.css"), "utf8");

/** Classes of `terminal.css` for the numbers of a "select graphic rendition" (ECMA-48). */
const CLASSES: Readonly<Record<string, string>> = {
  1: "bold",
  2: "faint",
  31: "red",
  32: "green",
  33: "yellow",
  34: "blue",
  35: "magenta",
  36: "cyan",
};

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * The terminal's output as HTML with its colours.
 * @throws Error on a control sequence that it does not know: the picture would show what no terminal shows
 */
export function terminalHtml(text: string): string {
  const [first = "", ...rest] = text.split("\u001b");
  const parts = rest.map((part) => {
    const [sequence, numbers = ""] = /^\[([\d;]*)m/.exec(part) ?? [];
    if (sequence === undefined) throw new Error(`The picture knows no sequence ${JSON.stringify(part.slice(0, 20))}`);
    return { numbers, text: part.slice(sequence.length) };
  });
  let classes: string[] = [];
  let html = escaped(first);
  for (const part of parts) {
    classes = part.numbers.split(";").reduce(withNumber, classes);
    const inner = escaped(part.text);
    html += classes.length === 0 || inner === "" ? inner : `<b class="${classes.join(" ")}">${inner}</b>`;
  }
  return html;
}

function withNumber(classes: string[], number: string): string[] {
  if (number === "" || number === "0") return [];
  if (number === "22") return classes.filter((name) => name !== "bold" && name !== "faint");
  if (number === "39") return classes.filter((name) => name === "bold" || name === "faint");
  const name = CLASSES[number];
  if (name === undefined) throw new Error(`The picture knows no colour ${number}`);
  return [...classes, name];
}

function escaped(text: string): string {
  if (/[^\P{Cc}\n]/u.test(text)) throw new Error("The picture knows no control characters");
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? "");
}

/** A page that shows a terminal: the typed command and its output. */
export function terminalPage(typed: string, text: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>A terminal</title>
<style>${ownFonts()}
${STYLE}</style>
<pre><b class="green">$</b> ${escaped(typed)}
${terminalHtml(text).trimEnd()}</pre>
`;
}

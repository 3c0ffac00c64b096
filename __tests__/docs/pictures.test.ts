import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { picturedRun } from "../../scripts/preview/pictured-run.ts";
import { DRAWN, type Drawn, PICTURES, sha256, sourcesOf } from "../../scripts/preview/pictures.ts";
import { terminalHtml } from "../../scripts/preview/terminal-page.ts";
import { root } from "../../scripts/setup/tools.ts";

// A picture's bytes depend on the machine that drew it. Its text does not, and is checked against the output of the
// bundle.
// now.

const at = (file: string) => readFileSync(join(PICTURES, file));
const manifest: Readonly<Record<string, Drawn>> = JSON.parse(at("pictures.json").toString());
const REDRAW = "Draw the pictures again: npm run build && npm run preview";

test("what the README's pictures show is what the bundle writes", async () => {
  for (const [file, text] of Object.entries(sourcesOf(await picturedRun())))
    expect(text, `${file}. ${REDRAW}`).toBe(at(file).toString());
});

test("the picture of a terminal has the terminal's words and colours, and is not drawn of what it does not know", () => {
  const html = terminalHtml(at("terminal.txt").toString());
  const text = at("terminal.txt")
    .toString()
    .replace(/\u001b\[[\d;]*m/g, "");
  expect(html.replace(/<\/?b[^>]*>/g, "")).toBe(text);
  expect(html).toMatch(/^<b class="bold red">fail<\/b>: 2 CRITICAL/);
  expect(terminalHtml("\u001b[1m\u001b[31ma<b>\u001b[39m\u001b[22m&")).toBe('<b class="bold red">a&lt;b&gt;</b>&amp;');
  for (const unknown of ["\u001b[2K", "\u001b[5mx", "\u001b]8;;https://x\u001b\\x", "a\rb"])
    expect(() => terminalHtml(unknown), JSON.stringify(unknown)).toThrow("The picture knows no");
});

describe.each(DRAWN)("$file", ({ file, source, page }) => {
  test("was drawn from the text alongside it", () => {
    expect(manifest[file], REDRAW).toEqual({ source, from: sha256(at(source)), to: sha256(at(file)) });
  });

  test("is small enough for the page that shows it", () => {
    expect(statSync(join(PICTURES, file)).size).toBeLessThan(300_000);
    const path = page === "README.md" ? `"docs/pictures/${file}"` : `"./pictures/${file}"`;
    expect(readFileSync(join(root, page), "utf8")).toContain(path);
  });
});

test("every file is drawn, and shown on a page", () => {
  const sources = DRAWN.map(({ source }) => source);
  // `npm run real` draws these, for its own page.
  const page = readFileSync(join(root, "docs/evidence/real-images.md"), "utf8");
  const real = [...page.matchAll(/\(\.\.\/pictures\/(real-[a-z-]+\.png)\)/g)].map(([, file]) => file as string);
  expect(readdirSync(PICTURES).sort()).toEqual(
    [...new Set([...Object.keys(manifest), ...sources, ...real, "pictures.json"])].sort(),
  );
});

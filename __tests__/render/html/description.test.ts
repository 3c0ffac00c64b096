import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { description } from "../../../src/render/html/description.ts";
import { HOSTILE } from "../hostile.ts";
import { elements, parsed, textOf } from "./pages.ts";

const shown = (text: string) => description(text, 1_200);

describe("an advisory's explanation", () => {
  test.each([
    ["one line", "One line.", "<p>One line.</p>"],
    ["lines that a program has wrapped", "One\nline.\r\nStill.", "<p>One line. Still.</p>"],
    ["paragraphs", "One.\n\n \nTwo.", "<p>One.</p><p>Two.</p>"],
    ["headings", "### Impact\nAll.\n\nFix\n---\nNone.", "<p><b>Impact</b></p><p>All.</p><p>Fix</p><p>None.</p>"],
    ["a list", "Of:\n* one\n  more\n- two\n1. three", "<p>Of:</p><ul><li>one more</li><li>two</li><li>three</li></ul>"],
    ["code", "Call `a<b>` now.", "<p>Call <code>a&lt;b&gt;</code> now.</p>"],
    [
      "a block of code",
      "So:\n```js\na(<b>)\n  c\n```\nEnd.",
      '<p>So:</p><p class="code"><code>a(&lt;b&gt;)</code><br><code>  c</code></p><p>End.</p>',
    ],
    [
      "a block of code without an end",
      "```\na\n\nb",
      '<p class="code"><code>a</code><br><code></code><br><code>b</code></p>',
    ],
    ["bold text", "It is **very `bad`**.", "<p>It is <b>very <code>bad</code></b>.</p>"],
    ["names with marks in them", "__init__ of a_b_c and 2 * 3 * 4", "<p>__init__ of a_b_c and 2 * 3 * 4</p>"],
    ["escaped marks", "a\\_b \\<c", "<p>a_b &lt;c</p>"],
    ["tags that shape text", "<p>One<br>two</p>", "<p>One two</p>"],
    [
      "other tags, which it may be about",
      "A <script> or <img src=x>.",
      "<p>A &lt;script&gt; or &lt;img src=x&gt;.</p>",
    ],
    ["marks alone", "~~~\n", "<p>~~~</p>"],
    ["nothing", " \n ", ""],
  ])("shows %s", (_, text, html) => {
    expect(shown(text).replaceAll(/ +(?=<\/p>)|(?<=<p>) +/g, "")).toBe(html);
  });

  test.each([
    ["a link", "See [the advisory](https://evil.example/x) now."],
    ["a link with a title", 'See [the advisory](https://evil.example/x "evil") now.'],
    ["a picture", "See ![the advisory](https://evil.example/x.png) now."],
  ])("keeps the words of %s, and not where it leads", (_, text) => {
    expect(shown(text)).toBe("<p>See the advisory now.</p>");
  });

  test("shows an address as text", () => {
    expect(shown("At <https://evil.example/x> and https://evil.example/y")).toBe(
      "<p>At https://evil.example/x and https://evil.example/y</p>",
    );
  });

  test("is cut at its limit", () => {
    expect(textOf(parsed(description("word ".repeat(1_000), 100))).length).toBeLessThanOrEqual(100);
  });

  const PARTS = [
    "`",
    "```\n",
    "**",
    "[",
    "](",
    ")",
    "<",
    ">",
    "<b>",
    "<img src=x onerror=alert(1)>",
    "\n",
    "\n\n",
    "* ",
    "# ",
    "\\",
    ...HOSTILE,
  ];
  // Proves: html-report-runs-loads
  test("makes no element but its own, and no attribute, of any text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 30 }),
        (parts) => {
          const made = shown(parts.join(""));
          for (const { tagName, attrs } of elements(parsed(`<!DOCTYPE html><title></title>${made}`))) {
            expect(["html", "head", "title", "body", "p", "ul", "li", "b", "code", "br"]).toContain(tagName);
            expect(attrs.map(({ name, value }) => `${name}=${value}`).join()).toMatch(/^(?:class=code)?$/);
          }
          expect(made).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
        },
      ),
      { numRuns: 300 },
    );
  });
});

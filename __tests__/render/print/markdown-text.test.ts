import { describe, expect, test } from "vitest";
import { marker } from "../../../src/render/documents.ts";
import { markdown } from "../../../src/render/print/markdown.ts";
import { code, packageName, tableHead, tableRow, text, version } from "../../../src/render/print/markdown-text.ts";
import { link, para } from "../../../src/render/tree.ts";
import { githubHtml as html } from "../sound.ts";

// `markdown.test.ts` proves of all of these together that no text does harm.

const LONG_PATH = `usr/lib/${"x/".repeat(200)}log4j-core.jar`;
const PROSE = "Renderer gets no user input; vendor ships the fix in 2.4. Größe (50%) ändert nichts – wirklich.";

// Proves: cannot-seen-shown
test.each([
  ["a plain text", code("usr/lib/a b.jar"), "`usr/lib/a b.jar`"],
  ["what cannot be seen", code("a\u202Eb\u200Bc\nd\u001B"), "`a\\u{202E}b\\u{200B}c\\u{A}d\\u{1B}`"],
  ["an empty text", code(""), '`""`'],
  ["letters of other alphabets", code("café/日本.jar"), "`café/日本.jar`"],
  ["a letter that only looks like ASCII", packageName("l\u043Edash"), "`l\u043E[U+043E]dash`"],
  ["a scoped name", packageName("@types/node"), "`@types/node`"],
  ["prose", text(PROSE), PROSE],
  ["prose with a mention and a reference", text("ask @bob (see #26)."), "ask `@bob` (see `#26`)."],
  ["prose with code", text("give it `load: true`. Then `a``b`"), "give it `load: true`. Then `a` `b`"],
  ["a comment in code", text("`<!-- @bob -->`"), "`<\\u{21}-- @bob -->`"],
  ["several lines", text("a\n\nb"), "a b"],
  ["a version with an address", version("1~www.evil.example"), "`1~www.evil.example`"],
  ["a version with a commit", version("0.0.0-3f1c9a7e5b2d"), "`0.0.0-3f1c9a7e5b2d`"],
  ["a row of several lines", tableRow(["a\nb", "c"]), "| a b | c |"],
])("%s: %s", (_, made, shown) => expect(made).toBe(shown));

test("code cuts the middle of a long path, not its end", () => {
  const shown = code(LONG_PATH, 60);
  expect(shown).toMatch(/^`usr\/lib.*…x?\/?.*log4j-core\.jar`$/);
  expect(shown.length).toBeLessThanOrEqual(62);
});

describe("GitHub's parser shows", () => {
  test.each<readonly [string, string, string]>([
    ["backticks and pipes", code("a`b``c|d"), "<p><code>a`b``c|d</code></p>"],
    ["a number at the beginning", text("1. one"), "<p>1. one</p>"],
    ["two tildes", `x ${version("1~2")} y ${version("3~4")}`, "<p>x 1~2 y 3~4</p>"],
    ...["3.0.15-1~deb12u1", "1:1.2.13.dfsg-1", "v2.4.0+incompatible", "2.17.1"].map(
      (common) => ["a version", `x ${version(common)}`, `<p>x ${common}</p>`] as const,
    ),
    ["a link", markdown(para(link("x", "https://a.example/b?c=d"))), '<p><a href="https://a.example/b?c=d">x</a></p>'],
  ])("%s: %s", (_, made, shown) => expect(html(made)).toBe(shown));

  test("backticks and pipes in a table", () =>
    expect(html(`${tableHead(["x"])}\n${tableRow([code("a`b|c")])}`)).toContain("<td><code>a`b|c</code></td>"));

  test.each(["www.…", "see www. there", "(www.…)", "WWW.…,"])("no link for %s", (prose) =>
    expect(html(text(prose))).not.toContain("<a"),
  );
});

test.each([
  "javascript:alert(1)",
  "https://a.example/) ![x](y",
  "https://a.example/<b>",
  "//a.example/",
  "https://u@a.example/",
])("%s gives a label without a link", (url) => expect(markdown(para(link("x", url)))).toBe("x"));

test("a marker tells names apart and stays the same for one", () => {
  expect(marker("a")).not.toBe(marker("b"));
  expect(marker("ghcr.io/acme/app")).toBe("<!-- image-gate v1 5aaba65fadaf3a9e139f75dac40ab502 -->");
});

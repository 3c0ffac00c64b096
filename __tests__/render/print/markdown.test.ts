import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdown, markdownLine, markdownPrinter } from "../../../src/render/print/markdown.ts";
import * as tree from "../../../src/render/tree.ts";
import { glfmDeeds, HOSTILE_ON_GITLAB } from "../../support/gitlab/glfm-rules.ts";
import { HOSTILE } from "../hostile.ts";
import { githubHtml as html } from "../sound.ts";

const decoded = (rendered: string) =>
  rendered
    .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
    .replaceAll("&nbsp;", "\u{A0}")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

/** Only the characters: code points are decoded. Blanks and code marks, which prose may have, are removed. */
const characters = (shown: string) =>
  shown
    .replace(/\\u\{([0-9A-F]+)\}/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/\[U\+[0-9A-F]+\]/g, "")
    .replace(/[\s`\u2800]+/g, "");

const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE, ...HOSTILE_ON_GITLAB).filter((text) => text.length < 140),
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.stringMatching(/^[`|\\<>!@#:*_~$%^&/()[\]{}+a-f0-9 .\n-]{0,40}$/),
);
const foreign: fc.Arbitrary<tree.Foreign> = fc.record({
  as: fc.constantFrom("code", "name", "version", "path", "prose"),
  text: anyText,
  most: fc.constant(4_000),
});
/** Our own words, and untrusted ones that were passed as ours by mistake. */
const own = fc.oneof(fc.constantFrom("clears ", " · ", "2 HIGH", "✅ ", "(limit 0)", "a\u{A0}b "), anyText);

const { inline } = fc.letrec<{ inline: tree.Inline; leaf: tree.Inline }>((tie) => ({
  leaf: fc.oneof(own, foreign, fc.constant(tree.BREAK), fc.constant(tree.severity("HIGH"))),
  inline: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    tie("leaf"),
    fc.array(tie("inline"), { maxLength: 4 }).map((parts) => tree.join(" and ", parts)),
    tie("inline").map((of) => tree.strong("of ", of)),
    tie("inline").map((of) => tree.small("of ", of)),
    fc.tuple(tie("inline"), anyText).map(([of, url]) => tree.link(of, url)),
  ),
}));
const cell = fc.oneof(
  inline,
  inline.map((of) => tree.more(of, of)),
);
const { block } = fc.letrec<{ block: tree.Block }>((tie) => ({
  block: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    inline.map((words) => tree.para(words)),
    inline.map((words) => tree.heading(3, words)),
    fc.array(inline, { maxLength: 3 }).map((items) => tree.list(items)),
    fc.array(inline, { maxLength: 3 }).map((items) => tree.list(items, 1)),
    fc
      .array(fc.tuple(inline, cell, fc.constant("end")), { maxLength: 3 })
      .map((rows) => tree.table(["a", "b", "c"], rows)),
    fc.array(inline, { maxLength: 2 }).map((words) => tree.alert("NOTE", ...words)),
    anyText.map((text) => tree.paste(text, "yaml")),
    fc.tuple(inline, fc.array(tie("block"), { maxLength: 3 })).map(([words, blocks]) => tree.fold(words, blocks)),
  ),
}));

const OURS =
  /<\/?(?:p|code|table|thead|tbody|tr|t[hd](?: align="left")?|pre|h3|h4|h5|ul|ol|li|blockquote|strong|sub|details|summary|br)(?: class="language-yaml")?>/g;

/** Nothing but our own elements, and nothing outside code that a platform would act on. */
function expectHarmless(shown: string): void {
  expect(shown).not.toMatch(/<!--|[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF](?<!\n)/u);
  const rendered = html(shown);
  expect(rendered.replace(OURS, "")).not.toMatch(/<[a-z!/?]/i);
  expect(rendered.match(/<details>/g)?.length).toBe(rendered.match(/<\/details>/g)?.length);
  const seen = decoded(rendered.replace(/<code[^>]*>[\s\S]*?<\/code>/g, " ").replace(OURS, " "));
  expect(seen).not.toMatch(/@[\p{L}\p{N}]|#\d|(?:^|[^\p{L}\p{N}])gh-\d|:[a-z0-9_+-]+:|www\.|:\/\/|\$|<|`/iu);
  expect(seen).not.toMatch(/(?:^|[^\p{L}\p{N}])[0-9a-f]{7,64}(?![\p{L}\p{N}])/iu);
}

describe("Markdown of a tree", () => {
  // Proves: stranger-s-text-pings
  test("is our own elements and harmless text, whatever is in it, even as our own words", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), (blocks) => {
        expectHarmless(markdown(...blocks));
      }),
      { numRuns: 800 },
    );
  });

  // Proves: gitlab-runs-no-quick
  test("does nothing on GitLab", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), (blocks) => {
        expect(glfmDeeds(markdownPrinter("glfm").document(blocks))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("shows a parser the characters of others' text, in each place", () => {
    fc.assert(
      fc.property(foreign, (of) => {
        const wanted = of.text === "" && /code|name|path/.test(of.as) ? '""' : characters(of.text);
        const around = (made: string) =>
          characters(decoded(html(made).replace(/<(?:p|\/p|code|\/code|sub|\/sub)>/g, "")));
        expect(around(markdownLine(["A ", of, " Z"]))).toBe(`A${wanted}Z`);
        const cells = html(markdown(tree.table(["a", "b"], [[["A ", of, " Z"], "end"]])));
        const [, cell = ""] = /<td align="left">([\s\S]*?)<\/td>/.exec(cells) ?? [];
        expect(characters(decoded(cell.replace(/<\/?code>/g, "")))).toBe(`A${wanted}Z`);
      }),
      { numRuns: 800 },
    );
  });

  test.each(["code", "name", "version", "path", "prose"] as const)("is short, however long the %s", (as) => {
    for (const [text, most] of [
      ["x@", 1_500],
      ["`|\u202E", 9_000],
    ] as const)
      expect(markdownLine({ as, text: text.repeat(100_000) }).length).toBeLessThan(most);
  });

  test("keeps the columns of a table and the items of a list", () => {
    fc.assert(
      fc.property(inline, inline, (one, two) => {
        const rendered = html(markdown(tree.table(["a", "b", "c"], [[one, two, "end"]])));
        expect(rendered.match(/<td align="left">/g)).toHaveLength(3);
        expect(rendered).toContain('<td align="left">end</td>');
        expect(
          html(
            markdown(
              tree.list([
                ["x ", one],
                ["y ", two],
              ]),
            ),
          ).match(/<li>/g),
        ).toHaveLength(2);
      }),
    );
  });
});

describe("a line", () => {
  const { code, name, path, prose, say, strong, version } = tree;
  test.each<[string, tree.Inline, string]>([
    [
      "our own words stay",
      "2 HIGH (limit 0), 1.5\u{A0}MB · ⚠️ it’s done",
      "2 HIGH (limit 0), 1.5&nbsp;MB · ⚠️ it’s done",
    ],
    ["another's words that were passed as ours are disarmed", "ask @bob <b>", "ask `@bob` `<b>`"],
    ["parts", say`${name("@acme/a")} ${version("1.0")} → ${strong(version("1.1"))}`, "`@acme/a` 1.0 → **1.1**"],
    ["two code spans stay two", [code("a"), code("b")], "`a` `b`"],
    ["a path loses its start", path(`${"usr/".repeat(20)}lib/x.jar`, 12), "`…/lib/x.jar`"],
    ["prose", prose("see #26. Then `a b`"), "see `#26`. Then `a b`"],
    ["a colour is not painted", code("#f00"), "`\\u{23}f00`"],
    ["a link to what may not be linked", tree.link("run", "javascript:alert(1)"), "run"],
  ])("%s", (_, inline, shown) => expect(markdownLine(inline)).toBe(shown));

  test("a Debian version is code on GitLab, where its tilde would be a label", () => {
    expect(markdownLine(version("1.2~deb12"))).toBe("1.2\\~deb12");
    expect(markdownPrinter("glfm").line(version("1.2~deb12"))).toBe("`1.2~deb12`");
  });
});

describe("blocks", () => {
  test("an alert is a quotation within a fold, and headings are a level deeper there", () => {
    const blocks = [tree.heading(3, "Title"), tree.alert("WARNING", "one", "two")];
    expect(markdown(...blocks)).toBe("### Title\n\n> [!WARNING]\n> one\n> \n> two");
    expect(markdown(tree.fold("3 more", blocks))).toBe(
      "<details><summary>3 more</summary>\n\n#### Title\n\n> ⚠️ one\n> \n> two\n\n</details>",
    );
  });

  test("a summary shows another's name as code", () =>
    expect(markdown(tree.fold(["❌ ", tree.code("a<b"), ": 2 HIGH"], []))).toBe(
      "<details><summary>❌ <code>a&#60;b</code>: 2 HIGH</summary>\n\n</details>",
    ));

  test("nothing is written for what says nothing", () => expect(markdown(tree.para(""), tree.list([""]))).toBe(""));
});

import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, test } from "vitest";
import { marker } from "../../../src/render/documents.ts";
import { markdown } from "../../../src/render/print/markdown.ts";
import {
  code,
  fence,
  packageName,
  tableHead,
  tableRow,
  text,
  version,
} from "../../../src/render/print/markdown-text.ts";
import { alert, fold, link, para, prose } from "../../../src/render/tree.ts";
import { HOSTILE } from "../hostile.ts";

/** Raw HTML is let through, so that a test sees what would reach GitHub. */
function html(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** A table of one row. */
function table(columns: readonly string[], cells: readonly string[]): string {
  return `${tableHead(columns)}\n${tableRow(cells)}`;
}

/** The text in which GitHub looks for mentions, references and emoji: everything except code. */
function outsideCode(rendered: string): string {
  return decoded(rendered.replace(/<code[^>]*>[\s\S]*?<\/code>/g, " "));
}

function decoded(rendered: string): string {
  return rendered
    .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.stringMatching(/^[`|\\<>!@#:*_~$&()[\]{}a-f0-9 .\n-]{0,40}$/),
  fc.array(fc.constantFrom(...HOSTILE), { minLength: 2, maxLength: 4 }).map((parts) => parts.join(" ")),
);

const OURS = /<\/?(?:p|code|table|thead|tbody|tr|th|td|pre)(?: align="[a-z]+"| class="[a-z-]+")?>/g;

/** Nothing but our own elements, and nothing outside code that GitHub would act on. */
function expectHarmless(rendered: string): void {
  expect(rendered).not.toContain("<a");
  expect(rendered.replace(OURS, "")).not.toMatch(/<[a-z!/?]/i);
  const seen = outsideCode(rendered).replace(OURS, " ");
  expect(seen).not.toMatch(/@[\p{L}\p{N}]/u);
  expect(seen).not.toMatch(/#\d/);
  expect(seen).not.toMatch(/(?:^|[^\p{L}\p{N}])gh-\d/iu);
  expect(seen).not.toMatch(/(?:^|[^\p{L}\p{N}])[0-9a-f]{7,64}(?![\p{L}\p{N}])/iu);
  expect(seen).not.toMatch(/:[a-z0-9_+-]+:/i);
  expect(seen).not.toMatch(/www\.|:\/\/|\$|<|`/);
}

const WAYS: readonly (readonly [string, (untrusted: string) => string])[] = [
  ["code", code],
  ["packageName", packageName],
  ["text", text],
  ["version", (untrusted) => `v ${version(untrusted)}`],
];

describe.each(WAYS)("%s", (_, way) => {
  // Proves: stranger-s-text-pings
  test("lets nothing of a stranger's text become a link, HTML, a mention, a reference or an emoji", () => {
    fc.assert(
      fc.property(anyText, (untrusted) => {
        const made = way(untrusted);
        expectHarmless(html(made));
        expectHarmless(html(`before ${made} between ${made} after`));
      }),
      { numRuns: 600 },
    );
  });

  test("stays on one line and opens no HTML comment", () => {
    fc.assert(
      fc.property(anyText, (untrusted) => {
        const made = way(untrusted);
        expect(made).not.toMatch(/[\r\n]/);
        expect(made).not.toContain("<!--");
        expect(made).not.toMatch(/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u);
      }),
      { numRuns: 600 },
    );
  });

  test("keeps the columns of a table, whatever the text", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, two) => {
        const rendered = html(table(["a", "b", "c"], [way(one), way(two), "end"]));
        expect(rendered.match(/<td>/g)).toHaveLength(3);
        expect(rendered).toContain("<td>end</td>");
        expectHarmless(rendered);
      }),
      { numRuns: 600 },
    );
  });

  test("is short, however long the text", () => {
    expect(way("x@".repeat(100_000)).length).toBeLessThan(1_500);
    expect(way("`|\u202E".repeat(100_000)).length).toBeLessThan(9_000);
  });
});

describe("code", () => {
  test("shows a text as it is", () =>
    expect(html(code("usr/lib/a b.jar"))).toBe("<p><code>usr/lib/a b.jar</code></p>"));
  test("keeps backticks and pipes readable, in and outside a table", () => {
    expect(html(code("a`b``c|d"))).toBe("<p><code>a`b``c|d</code></p>");
    expect(html(table(["x"], [code("a`b|c")]))).toContain("<td><code>a`b|c</code></td>");
  });
  // Proves: cannot-seen-shown
  test("shows controls, zero-width and bidirectional characters as code points", () => {
    expect(code("a\u202Eb\u200Bc\nd\u001B")).toBe("`a\\u{202E}b\\u{200B}c\\u{A}d\\u{1B}`");
  });
  test("shows an empty text", () => expect(code("")).toBe('`""`'));
  test("leaves letters of other alphabets alone", () => expect(code("café/日本.jar")).toBe("`café/日本.jar`"));
  test("cuts the middle of a long path, not its end", () => {
    const shown = code(`usr/lib/${"x/".repeat(200)}log4j-core.jar`, 60);
    expect(shown).toMatch(/^`usr\/lib.*…x?\/?.*log4j-core\.jar`$/);
    expect(shown.length).toBeLessThanOrEqual(62);
  });
});

describe("packageName", () => {
  // Proves: cannot-seen-shown
  test("marks letters that only look like ASCII", () =>
    expect(packageName("l\u043Edash")).toBe("`l\u043E[U+043E]dash`"));
  test("leaves common names alone", () => expect(packageName("@types/node")).toBe("`@types/node`"));
});

describe("text", () => {
  test("leaves prose as it is", () => {
    const prose = "Renderer gets no user input; vendor ships the fix in 2.4. Größe (50%) ändert nichts – wirklich.";
    expect(text(prose)).toBe(prose);
  });
  test("puts what GitHub would act on into code spans", () => {
    expect(text("ask @bob (see #26).")).toBe("ask `@bob` (see `#26`).");
  });
  test("keeps what is between backticks together, and the full stop after it outside", () => {
    expect(text("give it `load: true`. Then `a``b`")).toBe("give it `load: true`. Then `a` `b`");
    expect(text("`<!-- @bob -->`")).toBe("`<\\u{21}-- @bob -->`");
  });
  test("does not begin a list", () => expect(html(text("1. one"))).toBe("<p>1. one</p>"));
  test.each(["www.…", "see www. there", "(www.…)", "WWW.…,"])("%s does not become a link", (prose) =>
    expect(html(text(prose))).not.toContain("<a"),
  );
  test("makes one line of several", () => expect(text("a\n\nb")).toBe("a b"));
});

describe("version", () => {
  test.each(["3.0.15-1~deb12u1", "1:1.2.13.dfsg-1", "v2.4.0+incompatible", "2.17.1"])("shows %s as it is", (common) =>
    expect(html(`x ${version(common)}`)).toBe(`<p>x ${common}</p>`),
  );
  test("does not let two tildes strike a text through", () =>
    expect(html(`x ${version("1~2")} y ${version("3~4")}`)).toBe("<p>x 1~2 y 3~4</p>"));
  test("does not let a tilde begin an address", () =>
    expect(version("1~www.evil.example")).toBe("`1~www.evil.example`"));
  test("puts a commit id into a code span", () => expect(version("0.0.0-3f1c9a7e5b2d")).toBe("`0.0.0-3f1c9a7e5b2d`"));
});

describe("link", () => {
  test("links an address of the common form", () =>
    expect(html(markdown(para(link("x", "https://a.example/b?c=d"))))).toBe(
      '<p><a href="https://a.example/b?c=d">x</a></p>',
    ));
  test.each([
    "javascript:alert(1)",
    "https://a.example/) ![x](y",
    "https://a.example/<b>",
    "//a.example/",
    "https://u@a.example/",
  ])("gives the label alone for %s", (url) => expect(markdown(para(link("x", url)))).toBe("x"));
});

describe("details, fence, alert", () => {
  test("a summary shows its text and nothing else", () => {
    fc.assert(
      fc.property(anyText, (untrusted) => {
        const rendered = html(markdown(fold(prose(untrusted), [para("body")])));
        expect(rendered.match(/<\/?(?:details|summary)>/g)).toHaveLength(4);
        expectHarmless(rendered.replace(/<\/?(?:details|summary)>/g, ""));
      }),
      { numRuns: 400 },
    );
  });
  test("a fence holds any text", () => {
    fc.assert(
      fc.property(anyText, (untrusted) => {
        const made = fence(untrusted, "yaml");
        expect(made).not.toContain("<!--");
        expect(html(`${made}\n\nafter`)).toMatch(
          /^<pre><code class="language-yaml">[^<]*<\/code><\/pre>\n<p>after<\/p>$/,
        );
      }),
      { numRuns: 400 },
    );
  });
  test("an alert keeps all its lines in the box", () =>
    expect(markdown(alert("WARNING", "one", "two"))).toBe("> [!WARNING]\n> one\n> \n> two"));
});

describe("tableRow", () => {
  test("is one line", () => expect(tableRow(["a\nb", "c"])).toBe("| a b | c |"));
});

describe("marker", () => {
  test("is a comment of hexadecimal digits, whatever the name", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        expect(marker(name)).toMatch(/^<!-- image-gate v1 [0-9a-f]{32} -->$/);
      }),
    );
  });
  test("tells names apart and stays the same for one", () => {
    expect(marker("a")).not.toBe(marker("b"));
    expect(marker("ghcr.io/acme/app")).toBe("<!-- image-gate v1 5aaba65fadaf3a9e139f75dac40ab502 -->");
  });
});

import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, test } from "vitest";
import { fitComment } from "../../../src/render/documents/comment.ts";
import { fittedInDialect } from "../../../src/render/markdown/dialect.ts";
import { fitBlocks, utf8Bytes } from "../../../src/render/markdown/fit.ts";
import { toGlfm } from "../../../src/render/markdown/glfm.ts";
import { code, details, fence, packageName, table, text, version } from "../../../src/render/markdown/markdown.ts";
import { glfmDeeds, HOSTILE_ON_GITLAB } from "../../support/glfm-rules.ts";
import { cpuMs } from "../../support/patience.ts";
import { HOSTILE } from "../hostile.ts";
import { SAMPLES } from "../samples.ts";
import { strange } from "../strange.ts";

const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_ON_GITLAB) },
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.stringMatching(/^[`|\\<>!@#:*_~$%^&/()[\]{}+a-f0-9 .\n-]{0,40}$/),
  fc.array(fc.constantFrom(...HOSTILE_ON_GITLAB), { minLength: 2, maxLength: 4 }).map((parts) => parts.join(" ")),
);

const html = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

const WAYS: readonly (readonly [string, (untrusted: string) => string])[] = [
  ["code", code],
  ["packageName", packageName],
  ["text", text],
  ["version", (untrusted) => `v ${version(untrusted)}`],
  ["fence", (untrusted) => fence(untrusted, "yaml")],
  ["details", (untrusted) => details(untrusted, "body")],
];

describe.each(WAYS)("%s, on GitLab,", (name, way) => {
  // Proves: gitlab-runs-no-quick
  test("lets nothing of a stranger's text become a command, a reference, an emoji, a formula or a colour", () => {
    fc.assert(
      fc.property(anyText, (untrusted) => {
        const made = way(untrusted);
        expect(glfmDeeds(toGlfm(made))).toEqual([]);
        if (/fence|details/.test(name)) return;
        const around = [`before ${made} after`, `- ${made}`, `> ${made}`, `before\n${made}`, table(["a"], [[made]])];
        for (const each of around) expect(glfmDeeds(toGlfm(each))).toEqual([]);
      }),
      { numRuns: 250, examples: HOSTILE_ON_GITLAB.map((each) => [each]) },
    );
  });
});

describe("a document", () => {
  // Proves: gitlab-runs-no-quick
  test.each(HOSTILE_ON_GITLAB)("does nothing on GitLab, wherever a stranger's text stands: %j", (untrusted) => {
    const { text: markdown } = fitComment(strange(untrusted));
    expect(glfmDeeds(toGlfm(markdown)).filter((deed) => !deed.startsWith("address"))).toEqual([]);
  });

  test.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))("%s shows the same words on GitLab", (name) => {
    const { text: markdown } = fitComment(SAMPLES[name]?.() ?? strange("x"));
    const words = (of: string) =>
      html(of)
        .replace(/<\/?code[^>]*>/g, "")
        .replaceAll(/\s+/g, " ");
    const made = toGlfm(markdown);
    if (name !== "hostile") expect(words(made)).toBe(words(markdown));
    expect(glfmDeeds(made).filter((deed) => !deed.startsWith("address"))).toEqual([]);
    expect(made.split("\n")[0]).toBe(markdown.split("\n")[0]);
    expect(made.length).toBeLessThan(markdown.length * 1.1);
  });

  test("is made in time that grows with its length alone", () => {
    const long = ["`", "~", "/", "- ", "[", "<", "@", "a~", ":a", "``` "].map((piece) => piece.repeat(50_000));
    const start = cpuMs();
    for (const each of long) toGlfm(each);
    expect(cpuMs() - start).toBeLessThan(5_000);
  });
});

describe("a document that GitLab makes longer", () => {
  const within = (limit: number) => ({ limit, measure: utf8Bytes, dialect: "glfm" as const });

  test.each([2_000, 20_000, 900_000])("has at most %i bytes, although its first rows grow most", (limit) => {
    const most = limit / 20;
    const rows = Array.from({ length: most }, (_, at) => (at < 0.4 * most ? "/a\n\n".repeat(5) : "ä".repeat(10)));
    const block = {
      count: rows.length,
      row: (index: number) => rows[index] ?? "",
      rank: () => 0,
      layout: (shown: readonly string[]) => [`${shown.length} of ${rows.length}`, ...shown].join("\n"),
    };
    const rooms: number[] = [];
    const make = (room: number) => {
      rooms.push(room);
      return fitBlocks(["first", block], room, utf8Bytes);
    };
    expect(utf8Bytes(toGlfm(make(limit).text))).toBeGreaterThan(limit);
    const { text: made, isWhole } = fittedInDialect(make, within(limit));
    // To cut it once more would not do.
    expect(rooms.length).toBeGreaterThan(3);
    expect(utf8Bytes(made)).toBeLessThanOrEqual(limit);
    expect(utf8Bytes(made)).toBeGreaterThan(limit / 2);
    expect(isWhole).toBe(false);
  });

  test("keeps what always stays, if nothing else fits", () => {
    const make = (room: number) => fitBlocks(["first ~a", "second ~b", "third"], room, utf8Bytes);
    expect(fittedInDialect(make, within(5)).text).toBe(
      "first `~a`\n\nsecond `~b`\n\n_Some sections are left out here: there was no room for them._",
    );
  });

  test("is the comment, whatever its limit is", () => {
    for (const name of ["hostile", "fix-plan", "many-targets"])
      for (const limit of [2_500, 4_000, 9_000, 20_000, 65_000]) {
        const view = SAMPLES[name]?.() ?? strange("");
        const { text: made } = fittedInDialect((room) => fitComment(view, undefined, room, "bytes"), within(limit));
        expect(utf8Bytes(made), `${name} ${limit}`).toBeLessThanOrEqual(limit);
      }
  });
});

describe("the rules of the proof see", () => {
  test.each([
    ["/\rmerge", "command: merge"],
    ["x\n\r/close", "command: close"],
    ["acme&1", "epic: &1"],
    ["/merge", "command: merge"],
    ["x\n  > - /close now", "command: close"],
    ["````\n/merge\n````", "command: merge"],
    ["ask @all", "user or group: @a"],
    ["see !1", "merge request: !1"],
    ["a ~bug", "label: ~b"],
    ["`#f00`", "colour: <code>#f00</code>"],
    ["$`x`$", "mathematics"],
    ["```mermaid\nx\n```", 'diagram: class="language-mermaid'],
    ["[[_TOC_]]", "wiki link or table of contents: [["],
    ["---\nx: 1\n---", "front matter"],
    [":tada:", "emoji: :tada:"],
  ])("in %j %s", (markdown, deed) => expect(glfmDeeds(markdown)).toContain(deed));

  test("nothing in harmless text and code", () =>
    expect(glfmDeeds("Fixed in `3.0~rc1`, 72 % of `@all`.\n\n```\n/merge\n```")).toEqual([]));
});

describe("toGlfm", () => {
  test.each([
    ["a Debian version becomes code", "| 3.0.11-1\\~deb12u2 |", "| `3.0.11-1~deb12u2` |"],
    ["a command is shown as what it is", "> /merge", "> \\u{2F}merge"],
    ["a code block is no protection", "````\n/merge\n````", "````\n\\u{2F}merge\n````"],
    ["a colour is not painted", "`#f00`", "`\\u{23}f00`"],
    ["code spans stay apart", "`a`~b", "`a` `~b`"],
    ["links keep their addresses", "[x](https://a.example/~b/#1)", "[x](https://a.example/~b/#1)"],
    [
      "HTML and our marker stay",
      "<!-- image-gate v1 00 -->\n<details open>",
      "<!-- image-gate v1 00 -->\n<details open>",
    ],
    ["an epic of a group becomes code", "see acme/sub&1, a&amp;2, &3;", "see `acme/sub&1`, `a&2`, `&3`;"],
    ["a sign with a backslash becomes code", "\\#1 a\\&2 \\@all \\~b", "`#1` `a&2` `@all` `~b`"],
    ["a backslash takes no span's backtick", "\\a#1 \\\\a#1", "\\\\`a#1` \\\\`a#1`"],
    ["a carriage return ends a line", "x\r/merge\r\n/close", "x\n\\u{2F}merge\n\\u{2F}close"],
    ["a carriage return hides no command", "/\rmerge", "/\nmerge"],
    ["a carriage return opens a code block", "x\r```\ry ~b\r```", "x\n```\ny ~b\n```"],
    ["entities are no issues", "a &amp; b &#39;c&#39; &lt;", "a &amp; b &#39;c&#39; &lt;"],
  ])("%s", (_, markdown, made) => expect(toGlfm(markdown)).toBe(made));
});

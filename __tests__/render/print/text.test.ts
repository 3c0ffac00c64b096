import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { SEVERITIES } from "../../../src/domain/severity.ts";
import { blockLines, cut, textLine, textPrinter, width } from "../../../src/render/print/text.ts";
import {
  alert,
  answer,
  type Block,
  BREAK,
  code,
  fold,
  heading,
  type Inline,
  link,
  list,
  listed,
  name,
  para,
  paste,
  prose,
  say,
  severity,
  table,
} from "../../../src/render/tree.ts";
import { harmless } from "../../../src/system/harmless-text.ts";
import { HOSTILE } from "../hostile.ts";

describe("the width of text", () => {
  test.each([
    ["plain text", 10],
    ["", 0],
    ["漢字", 4],
    ["한국어", 6],
    ["ｶﾅ", 2],
    ["ａｂｃ", 6],
    ["🎉", 2],
    ["e\u0301", 1],
    ["naïve … ☃", 9],
    ["\u{20000}", 2],
    ["\u001b[1m\u001b[31mfail\u001b[39m\u001b[22m: x", 7],
    ["\u001b]8;;https://nvd.nist.gov/x\u001b\\CVE\u001b]8;;\u001b\\", 3],
  ])("%j takes %i columns", (text, columns) => {
    expect(width(text)).toBe(columns);
  });

  test("cut text takes no more than it may, and no half character is left", () => {
    for (const text of ["漢字".repeat(20), "🎉".repeat(20), "e\u0301".repeat(40), "a".repeat(40), "a漢".repeat(20)])
      for (let most = 1; most < 30; most += 1) {
        const shown = cut(text, most);
        expect(width(shown)).toBeLessThanOrEqual(most);
        expect(shown.isWellFormed()).toBe(true);
      }
    expect(cut("short", 5)).toBe("short");
  });
});

/** Texts that strangers may choose, with anything that could end a word, a line or one of our colours. */
const text = fc.oneof(
  fc.constantFrom(
    ...HOSTILE,
    "::error::x",
    "##[",
    "##",
    "[error]",
    ":",
    "\u001b[0m",
    "\u001b]8;;https://evil.test\u001b\\",
    "\u009b31m",
  ),
  fc.constantFrom("漢字", "🎉", "e\u0301", "a\nb", "\r", "\u2028", "$ rm"),
  fc.string({ unit: "binary", maxLength: 30 }),
);
const PAGE = "https://nvd.nist.gov/x";
/** Our own words, in case an untrusted text is passed as ours by mistake, and each kind of untrusted text. */
const inline: fc.Arbitrary<Inline> = fc.oneof(
  text,
  text.map((each) => code(each)),
  text.map((each) => name(each)),
  text.map((each) => prose(each)),
  fc.constantFrom(...SEVERITIES).map(severity),
  fc.constantFrom("pass" as const, "fail" as const).map(answer),
  text.map((each) => link(code(each), PAGE)),
  fc.constant(BREAK),
);
const line: fc.Arbitrary<Inline> = fc.array(inline, { maxLength: 6 });
const block: fc.Arbitrary<Block> = fc.oneof(
  line.map((each) => para(each)),
  fc.array(line, { maxLength: 3 }).map((each) => list(each)),
  text.map((each) => paste(each, "sh")),
  fc.array(fc.tuple(line, line), { maxLength: 3 }).map((rows) => table(["a", "b"], rows)),
);
const look = fc.record({ colours: fc.boolean(), columns: fc.constantFrom(undefined, 20, 80) });
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const printed = (blocks: readonly Block[], shown = {}) => textPrinter(shown).document(blocks);

describe("printed text", () => {
  // Proves: runs-no-workflow-command
  test("has no control character and no command but our own colours, whatever is in its lines", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), look, (blocks, shown) => {
        const all = printed(blocks, shown);
        for (const each of all.split("\n")) {
          const bare = each.replace(/\u001b\[\d+m/g, "");
          expect(bare).not.toMatch(UNSEEN);
          // The text is already harmless, so a log changes nothing.
          expect(harmless(bare)).toBe(bare);
        }
        if (!shown.colours) expect(all).not.toContain("\u001b");
      }),
      { numRuns: 500 },
    );
  });

  test("is the same with and without colours", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), fc.constantFrom(undefined, 30), (blocks, columns) => {
        const colours = printed(blocks, { columns, colours: true });
        expect(stripVTControlCharacters(colours)).toBe(printed(blocks, { columns }));
      }),
    );
  });

  test("of one line stays one line", () => {
    expect(textLine(["a\nb", prose("c\r\nd")], { colours: true })).toBe("a\\u{A}bc d");
  });

  test("is broken between words and indented below, and what can be pasted is not", () => {
    const blocks = [list(["one two three four layer 1"]), paste("one two three four five", "sh")];
    expect(printed(blocks, { columns: 16 })).toBe("  one two three\n    four layer 1\n\n  one two three four five");
    expect(printed([para(answer("fail"), ": one two three")], { columns: 12, colours: true })).toBe(
      "\u001b[1m\u001b[31mfail\u001b[39m\u001b[22m: one\n  two three",
    );
  });

  test("leads to a page by the address behind words, but not behind an id", () => {
    const words = say`${link("CVE-2024-1", PAGE)} in ${link("this run", PAGE)}`;
    expect(textLine(words)).toBe(`CVE-2024-1 in this run (${PAGE})`);
  });
});

/** Every kind of block, each with this text. */
function blocksOf(of: string) {
  return [
    heading(2, code(of)),
    para(prose(of)),
    alert("NOTE", prose(of)),
    fold("More", [list([code(of)]), table(["name", "why"], [[name(of), prose(of)]])]),
    paste(of, "sh"),
    listed([of], { row: (each) => [prose(each)], rank: 1, what: "more text" }),
  ];
}

describe("blocks in a log", () => {
  it("are lines, indented in lists and folds, with the cells of a table below each other", () => {
    expect(blockLines(blocksOf("left-pad"))).toEqual([
      "left-pad",
      "left-pad",
      "left-pad",
      "More",
      "    left-pad",
      "    name      why",
      "    left-pad  left-pad",
      "  left-pad",
      "  left-pad",
    ]);
  });

  it("without anything to say give no line", () => {
    expect(blockLines([para(""), list([]), table(["name"], []), alert("NOTE")])).toEqual([]);
  });

  // Proves: runs-no-workflow-command
  it.each(HOSTILE)("are lines without a command, whatever text they have: %j", (of) => {
    expect(printed(blocksOf(of))).not.toMatch(/^\s*::|##\[|\p{Cc}(?<!\n)/mu);
  });
});

describe("a table", () => {
  const lines = (rows: readonly (readonly string[])[], columns: number) => {
    const cells = rows.map((row) => row.map((cell) => code(cell, 400)));
    return blockLines([table(["a", "name", { words: "place", letters: 8 }], cells)], { columns });
  };

  test("keeps to its width with all columns in line, whatever is in its cells", () => {
    const cells = fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cells, fc.integer({ min: 24, max: 60 }), (rows, columns) => {
        for (const each of lines(rows, columns)) {
          expect(width(each)).toBeLessThanOrEqual(columns);
          expect(each).not.toMatch(/ $/);
        }
      }),
    );
    const made = lines(
      [
        ["漢字", "x", "1"],
        ["a", "🎉", "2"],
      ],
      40,
    );
    expect(made.map((each) => width(/^.*(?=[12]|place)/.exec(each)?.[0] ?? ""))).toEqual([14, 14, 14]);
  });

  test("leaves out what is empty, and takes room from the widest columns, least from the column of the most letters", () => {
    expect(lines([["x", "", "y"]], 40)).toEqual(["  a  place", "  x  y"]);
    expect(lines([["x", "abcdefghijklmn", "layer 1 RUN x"]], 28)).toEqual([
      "  a  name      place",
      "  x  abc…klmn  layer 1 RUN x",
    ]);
  });
});

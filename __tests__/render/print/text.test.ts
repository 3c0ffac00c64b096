import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SEVERITIES } from "../../../src/domain/severity.ts";
import {
  type Cell,
  cut,
  type Line,
  printText,
  said,
  sizeOf,
  tableLines,
  width,
} from "../../../src/render/print/text.ts";
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

/** Texts that strangers may choose, and what could end a word, a line or a colour of ours. */
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
const word = fc.record(
  {
    word: text,
    style: fc.constantFrom("pass" as const, "fail" as const, ...SEVERITIES),
    url: fc.constant("https://nvd.nist.gov/x"),
  },
  { requiredKeys: ["word"] },
);
const line: fc.Arbitrary<Line> = fc.oneof(
  text,
  fc.array(text, { maxLength: 8 }).map((parts) => parts.join(" ")),
  fc.record({ words: fc.array(fc.oneof(text, word), { maxLength: 6 }) }),
);
const look = fc.record({ colours: fc.boolean(), links: fc.boolean(), columns: fc.constantFrom(undefined, 20, 80) });
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

describe("printed text", () => {
  // Proves: runs-no-workflow-command
  test("has no control character and no command but our own colours and links, whatever is in its lines", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), look, (lines, shown) => {
        const printed = printText(lines, shown);
        for (const each of printed.split("\n")) {
          const bare = each.replace(/\u001b(?:\[\d+m|\]8;;(?:https:\/\/nvd\.nist\.gov\/x)?\u001b\\)/g, "");
          expect(bare).not.toMatch(UNSEEN);
          // Nothing is left for a log to make harmless.
          expect(harmless(bare)).toBe(bare);
        }
        if (!shown.colours && !shown.links) expect(printed).not.toContain("\u001b");
      }),
      { numRuns: 500 },
    );
  });

  test("is the same with and without colours", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.constantFrom(undefined, 30), (lines, columns) => {
        const colours = printText(lines, { columns, colours: true, links: true });
        expect(stripVTControlCharacters(colours)).toBe(printText(lines, { columns }));
      }),
    );
  });

  test("of one line stays one line, except our own line breaks", () => {
    expect(printText([{ words: ["a\nb", { word: "c\r\nd", style: "fail" }] }], { colours: true })).toBe(
      "a\\u{A}bc\\u{D}\\u{A}d",
    );
    expect(printText(["a step\n  $ command"])).toBe("a step\n  $ command");
  });

  test("is broken between words and indented below, and what can be pasted is not", () => {
    const long = "  one two three four layer 1";
    expect(printText([long, "  $ one two three four five"], { columns: 16 })).toBe(
      "  one two three\n    four layer 1\n  $ one two three four five",
    );
    const answer = { words: [{ word: "fail", style: "fail" }, ": one two three"] } as const;
    expect(printText([answer], { columns: 12, colours: true })).toBe(
      "\u001b[1m\u001b[31mfail\u001b[39m\u001b[22m: one\n  two three",
    );
  });
});

const cells = fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 6 });

describe("a table", () => {
  const table = (rows: readonly (readonly Cell[])[], columns: number, room = 10_000) =>
    tableLines({ head: ["a", "name", "place"], rows, columns, weights: [1, 1, 2], room });

  test("keeps to its width with all columns in line, whatever is in its cells", () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 24, max: 60 }), (rows, columns) => {
        const safe = rows.map((row) => row.map((cell) => said(cell, 400)));
        for (const each of printText(table(safe, columns)).split("\n")) {
          expect(width(each)).toBeLessThanOrEqual(columns);
          expect(each).not.toMatch(/ $/);
        }
      }),
    );
    const lines = printText(
      table(
        [
          ["漢字", "x", "1"],
          ["a", "🎉", "2"],
        ],
        40,
      ),
    ).split("\n");
    expect(lines.map((each) => width(/^.*(?=[12]|place)/.exec(each)?.[0] ?? ""))).toEqual([14, 14, 14]);
  });

  test("leaves out what is empty, and takes room from the widest columns, least from that of the greatest weight", () => {
    expect(printText(table([["x", "", "y"]], 40))).toBe("  a  place\n  x  y");
    expect(printText(table([["x", "abcdefghijklmn", "layer 1 RUN x"]], 28))).toBe(
      "  a  name      place\n  x  abc…klmn  layer 1 RUN x",
    );
  });

  test("has as many rows as there is room for", () => {
    const rows = Array.from({ length: 20 }, (_, at) => [`${at}`, "x".repeat(20), "y"]);
    const lines = table(rows, 80, 200);
    expect(sizeOf(lines)).toBeLessThanOrEqual(200);
    expect(lines.length).toBeGreaterThan(3);
    expect(table(rows, 80, 5)).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { columns, padColumns, shortenToColumns } from "../../../src/render/log/table.ts";

describe("columns", () => {
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
  ])("%j takes %i", (text, width) => {
    expect(columns(text)).toBe(width);
  });

  test("cut and filled up, text takes what it may, and no half character is left", () => {
    for (const text of ["漢字".repeat(20), "🎉".repeat(20), "e\u0301".repeat(40), "a".repeat(40), "a漢".repeat(20)])
      for (let width = 1; width < 30; width += 1) {
        const shown = shortenToColumns(text, width);
        expect(columns(shown)).toBeLessThanOrEqual(width);
        expect(shown.isWellFormed()).toBe(true);
        expect(columns(padColumns(shown, width))).toBe(width);
      }
    expect(shortenToColumns("short", 5)).toBe("short");
    expect(padColumns("漢字", 3)).toBe("漢字");
  });
});

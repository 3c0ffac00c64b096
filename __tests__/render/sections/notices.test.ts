import { expect, test } from "vitest";
import { uncomparedLines, uncomparedWords } from "../../../src/render/sections/notices.ts";
import { target } from "../build.ts";

test("says why more counts than the change brings in", () => {
  const words = (due: number | undefined) => uncomparedWords({ ...target(), due });
  expect(words(undefined)).toBe("");
  expect(words(1)).toContain("1 finding counts though the baseline has it: what was let through for a time");
  expect(words(12)).toContain("12 findings count though the baseline has them: ");
  expect(uncomparedLines({ ...target(), due: 2 })).toEqual([
    "  count: introduced, and 2 findings count though the baseline has them: what was let through for a time, broke a limit or is exploited counts.",
  ]);
  expect(uncomparedLines(target())).toEqual([]);
  expect(uncomparedWords({ ...target(), uncompared: true })).toContain("there is nothing to compare with");
});

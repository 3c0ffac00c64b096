import { describe, expect, it } from "vitest";
import { listSome } from "../../src/domain/list-some.ts";

describe("a list of which only some are shown", () => {
  it.each([
    [[], 2, ""],
    [["a"], 2, "a"],
    [["a", "b"], 2, "a, b"],
    [["a", "b", "c"], 2, "a, b and 1 more"],
    [["a", "b", "c"], 1, "a and 2 more"],
    [["a, b", "c", "d", "e"], 3, "a, b, c, d and 1 more"],
  ])("of %j, at most %i: %s", (items, most, text) => {
    expect(listSome(items, most)).toBe(text);
  });

  it("shows each item as it is told to, and only those that are shown", () => {
    const shown: number[] = [];
    const show = (item: number) => {
      shown.push(item);
      return `<${item}>`;
    };
    expect(listSome([1, 2, 3, 4], 2, { show, rest: (left) => `${left} others` })).toBe("<1>, <2> and 2 others");
    expect(shown).toEqual([1, 2]);
  });
});

import { describe, expect, it } from "vitest";
import { andMore, listSome, someLines } from "../../src/domain/list-some.ts";

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

  it("formats each item with the given function, and only the shown ones", () => {
    const shown: number[] = [];
    const show = (item: number) => {
      shown.push(item);
      return `<${item}>`;
    };
    expect(listSome([1, 2, 3, 4], 2, { show, what: "item" })).toBe("<1>, <2> and 2 more items");
    expect(shown).toEqual([1, 2]);
  });

  it("keeps clauses apart by semicolons", () => {
    expect(listSome(["a", "b", "c"], 2, { clauses: true })).toBe("a; b; and 1 more");
    expect(listSome(["a", "b"], 2, { clauses: true })).toBe("a; b");
  });

  it("is lines, of which the last says how many are left", () => {
    const show = (item: number) => `- ${item}`;
    const rest = (more: string) => `- ${more} in the report`;
    const items = Array.from({ length: 1_236 }, (_, at) => at);
    expect(someLines(items, 2, { show, what: "line", rest })).toEqual([
      "- 0",
      "- 1",
      "- and 1,234 more lines in the report",
    ]);
    expect(someLines([1, 2], 2, { show })).toEqual(["- 1", "- 2"]);
    expect([andMore(0), andMore(1, "place"), andMore(2)]).toEqual(["", "and 1 more place", "and 2 more"]);
  });
});

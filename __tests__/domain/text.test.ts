import { describe, expect, it } from "vitest";
import { closest } from "../../src/domain/did-you-mean.ts";
import { andMore, listSome, someLines } from "../../src/domain/list-some.ts";
import { memoize } from "../../src/domain/memoize.ts";
import { oneLine, quoted } from "../../src/domain/one-line.ts";

it("oneLine makes a space of each run of line breaks, and shows other control characters as code points", () => {
  expect(oneLine("a\r\n\tb\u2028c\u2029d  e")).toBe("a b c d  e");
  expect(oneLine("ghcr.io/acme/\u001b[31mred:1\u0000")).toBe("ghcr.io/acme/\\u{1B}[31mred:1\\u{0}");
});

it("another's words lose full stops and blanks at their end alone, and what is beyond 300 characters", () => {
  expect(quoted("v1.2 is gone.\nTry later. ..\n")).toBe("v1.2 is gone. Try later");
  expect(quoted("x".repeat(300))).toBe("x".repeat(300));
  expect(quoted("x".repeat(301))).toBe(`${"x".repeat(300)} …`);
});

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

describe("closest", () => {
  it.each([
    ["expire", ["expires", "reason"], "expires"],
    ["warning", ["enforce", "warn"], "warn"],
    ["treshold", ["thresholds", "targets"], "thresholds"],
    ["Images", ["image", "images"], "images"],
    ["ab", ["cd"], undefined],
    ["zzzzzz", ["thresholds", "targets"], undefined],
    ["", ["a"], "a"],
    ["imgae", ["image", "path"], "image"],
    ["wran", ["enforce", "warn"], "warn"],
    ["rwnaba", ["warnab", "cd"], undefined],
    ["b", ["a"], "a"],
    ["bc", ["a"], undefined],
    ["abcdef", ["abcxyf"], "abcxyf"],
    ["abcdef", ["abxyzf"], undefined],
    ["LEVEL", ["level"], "level"],
    ["level", ["LEVELS", "bevel"], "LEVELS"],
    ["war", ["warnings", "wars"], "warnings"],
    ["wa", ["warnings"], undefined],
    ["abcd", ["badc"], undefined],
    ["abxcdyefz", ["baxdcyfez"], "baxdcyfez"],
    ["cat", ["bat", "hat"], "bat"],
    ["", [], undefined],
    ["", ["ab"], undefined],
    ["abx", ["cax"], undefined],
    ["xay", ["aby"], undefined],
    ["exceptons", ["exception-rules", "exceptions"], "exceptions"],
  ])("takes %s for the nearest of %s", (typed, words, meant) => {
    expect(closest(typed, words)).toBe(meant);
  });

  it("prefers an exact word over a longer one", () => {
    expect(closest("image", ["image-source", "image"])).toBe("image");
  });

  it("looks at a bounded part of a very long word", () => {
    expect(closest("x".repeat(1_000_000), ["image"])).toBeUndefined();
    expect(closest("x".repeat(65), ["x".repeat(64)])).toBe("x".repeat(64));
    expect(closest(`image${"x".repeat(100)}`, ["image"])).toBe("image");
  });
});

it("remembering asks once for each text, even if the answer is undefined", () => {
  const asked: string[] = [];
  const ask = memoize((text) => {
    asked.push(text);
    return text === "none" ? undefined : [text];
  });
  expect(ask("a")).toBe(ask("a"));
  expect([ask("none"), ask("none"), ask("b")]).toEqual([undefined, undefined, ["b"]]);
  expect(asked).toEqual(["a", "none", "b"]);
});

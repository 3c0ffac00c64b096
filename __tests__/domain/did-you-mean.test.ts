import { describe, expect, it } from "vitest";
import { closest } from "../../src/domain/did-you-mean.ts";

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

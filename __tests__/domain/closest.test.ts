import { describe, expect, it } from "vitest";
import { closest } from "../../src/domain/closest.ts";

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
    ["exceptons", ["exception-rules", "exceptions"], "exceptions"],
  ])("takes %s for the nearest of %s", (typed, words, meant) => {
    expect(closest(typed, words)).toBe(meant);
  });

  it("prefers an exact word over a longer one", () => {
    expect(closest("image", ["image-source", "image"])).toBe("image");
  });

  it("looks at a bounded part of a very long word", () => {
    expect(closest("x".repeat(1_000_000), ["image"])).toBeUndefined();
  });
});

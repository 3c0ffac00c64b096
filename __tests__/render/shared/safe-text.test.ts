import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noCommand, plain, shorten, visible } from "../../../src/render/shared/safe-text.ts";
import { HOSTILE } from "../hostile.ts";

const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.stringMatching(/^[ :#[\n\r\ta]{0,12}$/),
);

describe("plain", () => {
  test("is one line without controls, and no command of the runner", () => {
    fc.assert(
      fc.property(anyText, (untrusted) => {
        const made = plain(untrusted);
        expect(made).not.toMatch(/[\p{Cc}\u200B-\u200F\u2028\u2029\u202A-\u202E\u2060-\u2069\uFEFF]/u);
        expect(made).not.toMatch(/^\s*::/);
        expect(made).not.toContain("##[");
      }),
      { numRuns: 1_000 },
    );
  });
  test("leaves common text as it is", () => expect(plain("Größe: 5 µs (a::b)")).toBe("Größe: 5 µs (a::b)"));
  test("joins lines by a space", () => expect(plain("one\n  two\r\n::three")).toBe("one two ::three"));
  test("shows an escape sequence", () => expect(plain("\u001b[31mred")).toBe("\\u{1B}[31mred"));
});

describe("noCommand", () => {
  test("takes commands out of every line, and keeps the lines", () => {
    expect(noCommand("a\n  ::error::b\n##[group]c")).toBe("a\n  \\u{3A}:error::b\n##\\u{5B}group]c");
  });
  test("is done after one pass", () => {
    fc.assert(
      fc.property(anyText, (untrusted) => {
        expect(noCommand(noCommand(untrusted))).toBe(noCommand(untrusted));
      }),
    );
  });
});

describe("visible", () => {
  test("shows lone surrogates, tags, blank Braille and odd spaces", () => {
    expect(visible("\uD800|\u{E0041}|\u2800|\u00A0|\u3000")).toBe("\\u{D800}|\\u{E0041}|\\u{2800}|\\u{A0}|\\u{3000}");
  });
  test("stops a stack of combining marks", () =>
    expect(visible("Z\u0335\u0336\u0337\u0338")).toBe("Z\u0335\u0336\u0337\\u{338}"));
});

describe("shorten", () => {
  test("never grows, never cuts a pair in two", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom("end" as const, "middle" as const),
        (text, most, where) => {
          const made = shorten(text, most, where);
          expect(made.length).toBeLessThanOrEqual(most);
          expect(made.isWellFormed()).toBe(true);
          if (text.length <= most) expect(made).toBe(text);
        },
      ),
    );
  });
});

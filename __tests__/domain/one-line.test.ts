import { expect, it } from "vitest";
import { oneLine } from "../../src/domain/one-line.ts";

it("oneLine makes a space of each run of line breaks and control characters, and nothing else", () => {
  expect(oneLine("a\r\n\tb\u2028c\u2029d\u0000e  f")).toBe("a b c d e  f");
});

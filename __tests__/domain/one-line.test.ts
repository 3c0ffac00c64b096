import { expect, it } from "vitest";
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

import { expect, it } from "vitest";
import { memoize } from "../../src/domain/memoize.ts";

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

import { expect, test } from "vitest";
import { partOf } from "../../src/render/part.ts";
import { sample } from "./samples.ts";

test("a part without targets is an error: nothing was judged", () => {
  const { verdict } = sample("pass");
  expect(partOf(verdict, verdict.targets).answer).toBe("pass");
  expect(partOf(verdict, []).answer).toBe("error");
});

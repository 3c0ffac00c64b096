import { expect, test } from "vitest";
import { partOf } from "../../src/render/part.ts";
import { SAMPLES } from "./samples.ts";

test("a part without targets is an error: nothing was judged", () => {
  const { verdict } = SAMPLES.pass?.() ?? expect.fail("there is no such sample");
  expect(partOf(verdict, verdict.targets).answer).toBe("pass");
  expect(partOf(verdict, []).answer).toBe("error");
});

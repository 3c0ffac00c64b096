import { expect, test } from "vitest";
import { withOrigin } from "../../../src/render/sections/findings.ts";

test("whose a finding is stands before its place, and nothing where that is not known", () => {
  expect(withOrigin("base", "layer 1")).toBe("base image<br>layer 1");
  expect(withOrigin("own", "–")).toBe("ours");
  expect(withOrigin(undefined, "layer 1")).toBe("layer 1");
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { arrowsOfRun, pageWithRun, withoutShortcuts } from "../../scripts/generate/run-picture.ts";
import { root } from "../../scripts/setup/tools.ts";

const src = join(root, "src");
const page = readFileSync(join(root, "docs/rooms.md"), "utf8");

test("the picture of a run is what the sources load", () => {
  expect(pageWithRun(page, src)).toBe(page);
});

test("it has what a run of the gate loads, and nothing that other actions or commands do", () => {
  const arrows = arrowsOfRun(src).map((arrow) => arrow.join(" → "));
  expect(arrows).toEqual(expect.arrayContaining(["index.ts → actions/gate", "scan → images", "steps → policy"]));
  expect(arrows.join()).not.toMatch(/rescan|cli|signing|discovery|domain|system/);
});

test("an arrow is left out if a longer way leads there", () => {
  const [ab, bc, ac, ad] = [["a", "b"] as const, ["b", "c"] as const, ["a", "c"] as const, ["a", "d"] as const];
  expect(withoutShortcuts([ab, bc, ac, ad])).toEqual([ab, bc, ad]);
});

test("a page without the markers is an error, so that the picture cannot be lost", () => {
  expect(() => pageWithRun("# Architecture\n", src)).toThrow("lacks the markers");
});

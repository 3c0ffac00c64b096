import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkBranchName } from "../../src/forge/state-branch.ts";

function isTaken(name: string): boolean {
  try {
    checkBranchName(name);
    return true;
  } catch {
    return false;
  }
}

describe("the name of the state's branch", () => {
  test.each(["image-gate-state", "image-gate/state", "état", "a.b", "v1_2", "x@y"])("%j is taken", (name) => {
    expect(isTaken(name)).toBe(true);
  });

  test.each([
    ...["", "a b", "a\nb", "a..b", "a@{b", "/a", "a/", "a//b", "a/.b", "a.lock", "a.lock/b", "a.", "-a", "@", "a:b"],
    ...["refs/heads/a", "HEAD", "d".repeat(40), "a".repeat(300)],
  ])("%j is refused, with what is taken", (name) => {
    expect(() => checkBranchName(name)).toThrow(/\[state-branch-invalid\].* Use letters, digits/s);
  });

  test("is never one that git itself refuses", () => {
    const letter = fc.constantFrom(..."ab.-/@{~^:?*[\\ \u0001é", ".lock", "..");
    const names = fc
      .sample(fc.array(letter, { minLength: 1, maxLength: 6 }), { numRuns: 1000 })
      .map((each) => each.join(""));
    const taken = names.filter(isTaken);
    expect(taken.length).toBeGreaterThan(10);
    const refused = taken.filter((name) => spawnSync("git", ["check-ref-format", "--branch", name]).status !== 0);
    expect(refused).toEqual([]);
  });
});

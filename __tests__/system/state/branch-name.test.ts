import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkBranchName } from "../../../src/system/state/branch-name.ts";

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
    ["", "it is empty"],
    ["a b", "it has a space"],
    ["a\nb", "a control character"],
    ["a..b", "two dots in a row"],
    ["a@{b", "`@{`"],
    ["/a", "a slash begins or ends it"],
    ["a/.b", "begins with a dot"],
    ["a.lock", "ends in `.lock`"],
    ["a.", "ends in a dot"],
    ["-a", "begins with a hyphen"],
    ["refs/heads/a", "the name alone is wanted"],
    ["HEAD", "git means something else"],
    ["d".repeat(40), "it looks like a commit"],
    ["a".repeat(300), "longer than 200 bytes"],
  ])("%j is refused, and why", (name, why) => {
    expect(() => checkBranchName(name)).toThrow(why);
    expect(() => checkBranchName(name)).toThrow("[state-branch-invalid]");
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

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A test, or a group of tests, that proves a rule of `docs/sources/rules.yml`. */
export interface Proof {
  /** The id of the rule. */
  readonly rule: string;
  /** The test file, as a path below the root of the project. */
  readonly file: string;
}

const COMMENT = /^ *\/\/ Proves: (.*)$/;
const ANY_COMMENT = /^ *\/\//;
/** How a test begins that always runs. */
const TEST = /^ *(?:test|it|describe|fuzz)(?:\.each\b.*|\(.*)$/;
/** Modifiers of Vitest that leave a test out, now or under a condition. */
const LEFT_OUT = /\b(?:test|it|describe|fuzz)(?:\.\w+(?:\([^)]*\))?)*\.(?:skip|todo|only|skipIf|runIf)\b/;

/**
 * The proofs that one test file names, by comments `// Proves: ID, ID` directly above a test.
 * Vitest itself fails a test that asserts nothing (`requireAssertions` in `vitest.config.ts`).
 * @throws an error for a comment above anything but a test, or above a test that is left out
 */
export function proofsOf(file: string, source: string): Proof[] {
  const lines = source.split("\n");
  return lines.flatMap((line, at) => {
    const ids = COMMENT.exec(line)?.[1]
      ?.split(",")
      .map((id) => id.trim());
    if (ids === undefined) return [];
    const below = lines.findIndex((each, number) => number > at && !ANY_COMMENT.test(each));
    const test = lines[below] ?? "";
    if (LEFT_OUT.test(test) || !TEST.test(test)) {
      throw new Error(
        `${file}:${at + 1}: a proof of ${ids.join(", ")} is not above a test that always runs: ${test.trim()}`,
      );
    }
    // A group proves as much as its tests do.
    const indent = test.search(/\S/);
    const end = lines.findIndex((each, number) => number >= below && each.search(/\S/) === indent && /\);$/.test(each));
    const left = lines.slice(below, end + 1).find((each) => LEFT_OUT.test(each));
    if (left !== undefined)
      throw new Error(`${file}:${at + 1}: a proof of ${ids.join(", ")} is left out: ${left.trim()}`);
    return ids.map((rule) => ({ rule, file }));
  });
}

/** The proofs that all test files of the project at `root` name. */
export function readProofs(root: string): Proof[] {
  return readdirSync(join(root, "__tests__"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `__tests__/${name}`)
    .sort()
    .flatMap((file) => proofsOf(file, readFileSync(join(root, file), "utf8")));
}

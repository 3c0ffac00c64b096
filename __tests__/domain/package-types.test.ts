import { expect, it } from "vitest";
import { AGGREGATING } from "../../src/domain/package-types.ts";

it("what lies in a file of its own is listed under its type, and what a lock file or a program lists is not", () => {
  const [alone, many] = [
    ["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"],
    ["npm", "pip", "bundler", "gomod", "gobinary", "debian"],
  ];
  expect([...alone, ...many].filter((type) => AGGREGATING.has(type))).toEqual(alone);
});

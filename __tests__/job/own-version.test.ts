import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commitOf, ownLine } from "../../src/job/own-version.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

it("a runner's folder tells the bundle's commit if the action is pinned to one, also on Windows", () => {
  const folder = `/home/runner/work/_actions/acme/image-gate/${COMMIT}/dist`;
  expect(commitOf(folder)).toBe(COMMIT);
  expect(commitOf(folder.replaceAll("/", "\\"))).toBe(COMMIT);
  expect(ownLine(folder)).toMatch(new RegExp(`^Image Gate \\d+\\.\\d+\\.\\d+, commit ${COMMIT}$`));
});

it("a package names the commit from which it was packed", () => {
  using folder = temporaryFolder("own-version");
  writeFileSync(join(folder.path, "package.json"), JSON.stringify({ gitHead: COMMIT }));
  expect(commitOf(join(folder.path, "dist"))).toBe(COMMIT);
});

it.each([
  ["a tag, which may have moved", "/w/_actions/acme/image-gate/v1/dist"],
  ["a branch whose name begins like a commit", `/w/_actions/acme/image-gate/${COMMIT}-fix/dist`],
  ["a folder of the workspace that has such a name", `/w/app/app/${COMMIT}/dist`],
  ["a package", "/usr/lib/node_modules/image-gate/dist"],
])("%s tells no commit", (_, folder) => {
  expect(commitOf(folder)).toBeUndefined();
  expect(ownLine(folder)).toMatch(/, commit not known$/);
});

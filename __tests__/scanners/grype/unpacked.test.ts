import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requirePlainFiles } from "../../../src/scanners/grype/database/download.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let temporary: TemporaryFolder;
beforeAll(() => {
  temporary = temporaryFolder("grype-unpacked");
});
afterAll(() => temporary.remove());

// Proves: second-scanner-refutes-nothing
it("a link in an unpacked database is refused", () => {
  const folder = join(temporary.path, "6");
  mkdirSync(folder);
  const mine = join(temporary.path, "mine");
  writeFileSync(mine, "mine");
  writeFileSync(join(folder, "vulnerability.db"), "");
  requirePlainFiles(folder);
  symlinkSync(mine, join(folder, "import.json"));
  expect(() => requirePlainFiles(folder)).toThrow(/not a plain file: import\.json/);
  expect(readFileSync(mine, "utf8")).toBe("mine");
  symlinkSync(folder, join(temporary.path, "linked"));
  expect(() => requirePlainFiles(join(temporary.path, "linked"))).toThrow(/not a plain file: a link/);
});

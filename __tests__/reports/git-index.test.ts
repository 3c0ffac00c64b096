import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { trackedAround } from "../../src/reports/git-index.ts";
import { temporaryFolder } from "../support/folder.ts";

const temporary = temporaryFolder("git-index");
afterAll(() => temporary.remove());

const FILES = ["README.md", "dist/index.js", "src/deep/er/a.ts", "src/é.txt", `${"long/".repeat(60)}name.txt`, "x"];

function git(folder: string, ...args: string[]): void {
  const env = { PATH: process.env.PATH, HOME: temporary.path, GIT_CONFIG_NOSYSTEM: "1" };
  const who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"];
  execFileSync("git", [...who, ...args], { cwd: folder, env, stdio: "ignore" });
}

function repository(name: string, ...init: string[]): string {
  const folder = join(temporary.path, name);
  for (const file of FILES) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
  git(folder, "init", ...init);
  git(folder, "add", "-A");
  writeFileSync(join(folder, "new.txt"), "");
  return folder;
}

describe("what Git tracks", () => {
  // Proves: report-costs-nothing-something
  it.each<[string, readonly string[], (folder: string) => void]>([
    ["of version 2", [], () => {}],
    ["of version 3", [], (folder) => git(folder, "add", "--intent-to-add", "new.txt")],
    ["of version 4", [], (folder) => git(folder, "update-index", "--index-version", "4")],
    ["that is split", [], (folder) => git(folder, "update-index", "--split-index")],
    ["with SHA-256", ["--object-format=sha256"], () => {}],
  ])("is read from an index %s", (name, init, change) => {
    const folder = repository(name.replaceAll(" ", "-"), ...init);
    change(folder);
    const tracked = trackedAround(join(folder, "report.csv"));
    for (const file of FILES) expect(tracked?.has(join(folder, file)), file).toBe(true);
    for (const file of ["other", "src", "src/deep", "dist/new.js", "README.md/x"])
      expect(tracked?.has(join(folder, file)), file).toBe(false);
    expect(tracked?.has(join(folder, "new.txt"))).toBe(name === "of version 3");
    expect(["dist", "src/deep", "out"].map((each) => tracked?.hasBelow(join(folder, each)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is the same for names that differ in case, or in how a letter is composed", () => {
    const folder = repository("case");
    const tracked = trackedAround(join(folder, "x"));
    for (const file of ["readme.MD", "DIST/Index.js", "src/e\u0301.txt"])
      expect(tracked?.has(join(folder, file))).toBe(true);
  });

  it("is that of the nearest repository: a worktree's own index, none outside", () => {
    const folder = repository("main");
    git(folder, "commit", "-m", "a");
    git(folder, "worktree", "add", "../tree");
    const tree = join(temporary.path, "tree");
    expect(trackedAround(join(tree, "y"))?.has(join(tree, "dist/index.js"))).toBe(true);
    expect(trackedAround("/nowhere/x")).toBeUndefined();
  });

  it("is nothing where nothing was added yet, and an error where the index is damaged", () => {
    const folder = repository("damaged");
    const index = join(folder, ".git/index");
    const whole = readFileSync(index);
    for (const length of [3, 11, 100, whole.length >> 1]) {
      truncateSync(index, length);
      expect(() => trackedAround(join(folder, "x"))).toThrow("damaged");
      writeFileSync(index, whole);
    }
    rmSync(index);
    expect(trackedAround(join(folder, "x"))?.has(join(folder, "x"))).toBe(false);
  });
});

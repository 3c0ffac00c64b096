import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askLockFiles, type LockQuestion } from "../../src/lock-files/index.ts";
import { temporaryFolder } from "../support/folder.ts";

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: { "": { dependencies: { qs: "^6.5.0" } }, "node_modules/qs": { version: "6.5.2" } },
});
const question = (path: string): LockQuestion => ({ path, name: "qs", from: "6.5.2", to: "6.5.3" });

function inWorkspace() {
  const folder = temporaryFolder("lock-files");
  const workspace = join(folder.path, "workspace");
  const temp = join(folder.path, "temp");
  for (const each of [join(workspace, "web"), temp, join(folder.path, "outside")]) mkdirSync(each, { recursive: true });
  const ask = (input: string, path: string, kind: "path" | "repository" = "path") => [
    ...askLockFiles({ kind, input }, [question(path)], { workspace, temp }).values(),
  ];
  return { folder, workspace, ask };
}

describe("askLockFiles", () => {
  it("answers from a lock file below the folder that was scanned, by any name of npm's", () => {
    const { workspace, ask } = inWorkspace();
    for (const name of ["package-lock.json", "npm-shrinkwrap.json"]) {
      writeFileSync(join(workspace, "web", name), LOCK);
      expect(ask("web", name)).toEqual([{ direct: true, inRange: true, othersAllow: true }]);
      expect(ask(".", `web/${name}`)).toHaveLength(1);
    }
  });

  // Proves: lock-file-answers-only
  it("answers nothing from outside of the workspace, whatever links lead there", () => {
    const { folder, workspace, ask } = inWorkspace();
    writeFileSync(join(folder.path, "outside", "package-lock.json"), LOCK);
    symlinkSync(join(folder.path, "outside"), join(workspace, "linked"));
    symlinkSync(join(folder.path, "outside", "package-lock.json"), join(workspace, "web", "package-lock.json"));
    expect(ask("linked", "package-lock.json")).toEqual([]);
    expect(ask("web", "package-lock.json")).toEqual([]);
    expect(ask("web", "../../outside/package-lock.json")).toEqual([]);
    expect(ask(join(folder.path, "outside"), "package-lock.json")).toEqual([]);
  });

  it("answers nothing from a file that is too large, missing, a folder, or another one", () => {
    const { workspace, ask } = inWorkspace();
    writeFileSync(join(workspace, "package-lock.json"), LOCK);
    truncateSync(join(workspace, "package-lock.json"), 33 * 1024 * 1024);
    mkdirSync(join(workspace, "web", "package-lock.json"));
    writeFileSync(join(workspace, "web", "yarn.lock"), LOCK);
    for (const path of ["package-lock.json", "web/package-lock.json", "gone/package-lock.json", "web/yarn.lock"])
      expect(ask(".", path), path).toEqual([]);
  });

  it("answers nothing of a target whose files are not here", () => {
    const { workspace, ask } = inWorkspace();
    writeFileSync(join(workspace, "package-lock.json"), LOCK);
    expect(ask(".", "package-lock.json", "repository")).toEqual([]);
  });
});

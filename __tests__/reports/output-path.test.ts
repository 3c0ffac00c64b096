import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outputPath } from "../../src/reports/output-path.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

let temporary: TemporaryFolder;
let folders: { readonly workspace: string; readonly temp: string };
beforeEach(() => {
  temporary = temporaryFolder("output-path");
  const base = realpathSync(temporary.path);
  folders = { workspace: join(base, "workspace"), temp: join(base, "temp") };
  for (const path of [folders.workspace, folders.temp, join(base, "outside"), join(folders.workspace, "folder")])
    mkdirSync(path);
});
afterEach(() => temporary.remove());

const inWorkspace = (...parts: string[]) => join(folders.workspace, ...parts);
const link = (to: string, ...parts: string[]) => symlinkSync(to, inWorkspace(...parts));

describe("a report's path", () => {
  it.each([
    ["x.csv", "x.csv"],
    ["./x.csv", "x.csv"],
    ["a/../b.csv", "b.csv"],
    ["new/folder/x.csv", "new/folder/x.csv"],
    ["folder/x.csv", "folder/x.csv"],
    ["..x.csv", "..x.csv"],
    ["a b/ü.csv", "a b/ü.csv"],
  ])("within the workspace is taken: %s", (given, path) => {
    expect(outputPath(given, folders)).toEqual({ path: inWorkspace(path) });
  });

  it("may be absolute, and are in RUNNER_TEMP", () => {
    expect(outputPath(inWorkspace("x.csv"), folders)).toEqual({ path: inWorkspace("x.csv") });
    const path = join(folders.temp, "x.csv");
    expect(outputPath(path, folders)).toEqual({ path });
    expect(outputPath("../temp/x.csv", folders)).toEqual({ path });
  });

  it.each(["../x.csv", "../outside/x.csv", "/etc/x.csv", "a/../../x.csv", "../workspace2/x.csv", "folder/../../../x"])(
    "outside is refused: %s",
    (given) => {
      expect(outputPath(given, folders)).toEqual({
        wrong: "is outside of the workspace and the folder for temporary files",
      });
    },
  );

  it("outside is the user's own at a terminal, and still neither a folder, a device nor Git's", () => {
    const at = { ...folders, isAtTerminal: true };
    const outside = join(folders.workspace, "../outside");
    expect(outputPath("../outside/x.csv", at)).toEqual({ path: join(outside, "x.csv") });
    symlinkSync("../temp", join(outside, "mine"));
    expect(outputPath("../outside/mine/new/x.csv", at)).toEqual({ path: join(outside, "mine/new/x.csv") });
    expect(outputPath("../outside", at)).toEqual({ wrong: "is a folder" });
    expect(outputPath("/dev/null", at)).toEqual({ wrong: "is not a regular file" });
    expect(outputPath("../outside/.git/config", at)).toEqual({ wrong: "is in `.git/` or `.github/`" });
    link("../outside", "out");
    expect(outputPath("out/x.csv", at)).toEqual({ wrong: 'leads through the symbolic link "out"' });
  });

  it.each([".", "./", "folder", "folder/", "new/", "new/.", "new/deep/..", "../workspace", "../temp", ""])(
    "that is a folder is refused: %j",
    (given) => {
      expect(outputPath(given, folders)).toEqual({ wrong: "is a folder" });
    },
  );

  // Proves: report-goes-workflow-says
  it("through a link is refused, wherever the link leads, and a link in its place is not followed", () => {
    link("../outside", "out");
    link("folder", "in");
    link("nowhere", "dangling");
    writeFileSync(inWorkspace("real.csv"), "");
    link("real.csv", "last.csv");
    link("missing.csv", "last-dangling.csv");
    mkdirSync(inWorkspace("folder", "deep"));
    link("../../outside", "folder", "deeper");
    for (const way of ["out", "in", "dangling", "folder/deeper"])
      expect(outputPath(`${way}/x.csv`, folders)).toEqual({ wrong: `leads through the symbolic link "${way}"` });
    for (const last of ["last.csv", "last-dangling.csv"])
      expect(outputPath(last, folders)).toEqual({ path: inWorkspace(last) });
  });

  it("below a workspace that is itself reached through a link is taken: who set the runner up made that", () => {
    const elsewhere = join(temporary.path, "work");
    symlinkSync(folders.workspace, elsewhere);
    const through = { ...folders, workspace: elsewhere };
    expect(outputPath("x.csv", through)).toEqual({ path: join(elsewhere, "x.csv") });
    expect(outputPath(inWorkspace("x.csv"), through)).toEqual({ path: inWorkspace("x.csv") });
  });

  it("through a file, or of something that is not a regular file, is refused", () => {
    writeFileSync(inWorkspace("file"), "");
    execFileSync("mkfifo", [inWorkspace("pipe")]);
    expect(outputPath("file/x.csv", folders)).toEqual({ wrong: 'leads through "file", which is not a folder' });
    expect(outputPath("pipe", folders)).toEqual({ wrong: "is not a regular file" });
  });

  it("with a name that no file system takes is refused", () => {
    expect(outputPath(`${"x".repeat(300)}.csv`, folders)).toEqual({ wrong: "has too long a name" });
  });

  it("in a folder that cannot be looked into is refused", () => {
    mkdirSync(inWorkspace("closed"));
    chmodSync(inWorkspace("closed"), 0);
    chmodSync(temporary.path, 0o755);
    // root can open everything, so this test switches to another user.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(outputPath("closed/x.csv", folders)).toEqual({ wrong: "cannot be looked at (EACCES)" });
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(inWorkspace("closed"), 0o700);
    }
  });

  it("makes nothing, and may name a file that is there", () => {
    outputPath("new/x.csv", folders);
    expect(outputPath("new", folders)).toEqual({ path: inWorkspace("new") });
    writeFileSync(inWorkspace("old.csv"), "old");
    expect(outputPath("old.csv", folders)).toEqual({ path: inWorkspace("old.csv") });
  });
});

import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findProgram, type ProgramWorld, programFolders, programPath } from "../../src/system/program-folders.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const bed = temporaryFolder("program-folders");
afterAll(() => bed.remove());

const folder = (name: string) => {
  const path = join(bed.path, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const checkouts = folder("work/app");
const workspace = folder("work/app/app");
const temp = folder("work/_temp");
const runFolder = folder("work/_temp/run");
const tools = folder("tools/bin");
const others = folder("tools/more");

const world = (path: readonly string[] | undefined, env: Record<string, string> = {}): ProgramWorld => ({
  env: { ...(path && { PATH: path.join(delimiter) }), ...env },
  platform: process.platform,
  workspace,
  temp,
  runFolder,
});

function link(name: string, to: string): string {
  const path = join(bed.path, name);
  symlinkSync(to, path);
  return path;
}

function program(path: string, mode = 0o755): string {
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, mode);
  return path;
}

describe("the folders from which programs are started", () => {
  it("are the folders of the PATH, in its order", () => {
    expect(programFolders(world([others, tools, "/usr/bin"]))).toEqual([others, tools, "/usr/bin"]);
    expect(programFolders(world(undefined))).toContain("/usr/bin");
  });

  // Proves: no-program-workspace-runs
  it.each<[string, () => string]>([
    ["empty", () => ""],
    ["the working folder", () => "."],
    ["relative", () => "node_modules/.bin"],
    ["not there, so that it could be made", () => join(bed.path, "absent")],
    ["a link to itself", () => link("loop", "loop")],
    ["a file", () => program(join(tools, "a-file"))],
    ["the workspace", () => workspace],
    ["in the workspace", () => folder("work/app/app/node_modules/.bin")],
    ["in the workspace by a way around", () => `${tools}/../../work/app/app/node_modules/.bin`],
    ["alongside the workspace, where further checkouts are", () => folder("work/app/library/bin")],
    ["in RUNNER_TEMP", () => folder("work/_temp/venv/bin")],
    ["in this run's folder", () => folder("work/_temp/run/bin")],
    ["a link into the workspace", () => link("into", folder("work/app/app/bin"))],
    ["below a link into the workspace", () => join(link("to-workspace", workspace), "bin")],
    ["a link in the workspace that leads out of it", () => link("work/app/app/out", tools)],
  ])("have none that is %s", (_, make) => {
    expect(programFolders({ ...world([make(), tools]), checkouts })).toEqual([tools]);
  });

  it("are recognised by what they are, not by how the workspace is written", () => {
    const alias = link("alias", workspace);
    const at = { ...world([folder("work/app/app/venv/bin"), tools]), workspace: alias };
    expect(programFolders(at)).toEqual([tools]);
  });

  it("are a missing one if none is left, as an empty PATH means the working folder", () => {
    expect(programPath(world([workspace]))).toBe(join(runFolder, "no-programs"));
  });
});

describe("a program", () => {
  it("is the first that can be executed", () => {
    program(join(others, "tool"), 0o644);
    const path = program(join(tools, "tool"));
    expect(findProgram("tool", world([others, tools]))).toBe(path);
    expect(findProgram("none", world([others, tools]))).toBeUndefined();
  });

  it("is not found if it is a link into the workspace", () => {
    const evil = program(join(workspace, "evil"));
    symlinkSync(evil, join(others, "linked"));
    const good = program(join(tools, "linked"));
    expect(findProgram("linked", world([others, tools]))).toBe(good);
    expect(realpathSync(join(others, "linked"))).toBe(realpathSync(evil));
  });
});

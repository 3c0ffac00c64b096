import { chmodSync, existsSync, mkdirSync, mkdtempSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { programFolder, removeProgramFolders } from "../../../src/system/store/program-folder.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const bed = temporaryFolder("program-folder");
afterAll(() => bed.remove());

const TMPDIR = process.env.TMPDIR;
let temp: string;
let world: { env: Record<string, string>; platform: NodeJS.Platform; runFolder: string };
beforeEach(() => {
  temp = mkdtempSync(join(bed.path, "temp-"));
  const home = mkdtempSync(join(bed.path, "home-"));
  world = { env: { HOME: home }, platform: "linux", runFolder: mkdtempSync(join(temp, "image-gate-")) };
});
afterEach(() => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
});

const mode = (path: string) => statSync(path).mode & 0o7777;

describe("the place of a program that is hashed and then started", () => {
  it.each<[string, number]>([
    ["nobody else may write", 0o755],
    ["all may write, but replace nothing of others", 0o1777],
  ])("is the run's own folder if in RUNNER_TEMP %s", (_, rights) => {
    chmodSync(temp, rights);
    const folder = programFolder(world);
    expect(folder.startsWith(world.runFolder)).toBe(true);
    expect(mode(folder)).toBe(0o700);
  });

  // Proves: nor-others-may-rename
  it.each<[string, number]>([
    ["all", 0o777],
    ["a group", 0o775],
  ])("is our own store if %s may rename entries of RUNNER_TEMP, and is removed with the run", (_, rights) => {
    chmodSync(temp, rights);
    const folder = programFolder(world);
    expect(folder.startsWith(world.env.HOME ?? "?")).toBe(true);
    expect(mode(folder)).toBe(0o700);
    removeProgramFolders(world);
    expect(existsSync(folder)).toBe(false);
  });

  it("is the system's temporary folder if the store is open, too", () => {
    chmodSync(temp, 0o777);
    chmodSync(world.env.HOME ?? "", 0o777);
    process.env.TMPDIR = join(temp, "..", "system");
    mkdirSync(process.env.TMPDIR, { recursive: true });
    chmodSync(process.env.TMPDIR, 0o1777);
    const folder = programFolder(world);
    expect(folder.startsWith(join(bed.path, "system", "image-gate-"))).toBe(true);
    removeProgramFolders(world);
    expect(existsSync(folder)).toBe(false);
  });

  // Proves: nor-others-may-rename
  it("is an error if every place is open", () => {
    chmodSync(temp, 0o777);
    chmodSync(world.env.HOME ?? "", 0o777);
    process.env.TMPDIR = temp;
    expect(() => programFolder(world)).toThrow(expect.objectContaining({ code: "temporary-folder-open" }));
  });
});

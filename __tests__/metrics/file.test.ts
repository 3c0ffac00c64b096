import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { metricsPath, replaceFile } from "../../src/metrics/file.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("metrics");
  world = testWorld(folder.path);
});
afterEach(() => folder.remove());

describe("the metrics' file", () => {
  it("is put in place as a whole, readable for the collector, and nothing is alongside it", () => {
    replaceFile("out/image-gate.prom", "one\n", world);
    replaceFile("out/image-gate.prom", "two\n", world);
    const path = join(world.workspace, "out/image-gate.prom");
    expect(readFileSync(path, "utf8")).toBe("two\n");
    expect(statSync(path).mode & 0o044).toBe(0o044 & ~process.umask());
    expect(readdirSync(join(world.workspace, "out"))).toEqual(["image-gate.prom"]);
  });

  it("can be in a collector's folder outside of the workspace, if that is there", () => {
    const collector = join(folder.path, "textfile_collector");
    expect(() => replaceFile(join(collector, "image-gate.prom"), "one\n", world)).toThrow("ENOENT");
    expect(existsSync(collector)).toBe(false);
    mkdirSync(collector);
    replaceFile(join(collector, "image-gate.prom"), "one\n", world);
    expect(readdirSync(collector)).toEqual(["image-gate.prom"]);
  });

  it("does not follow a link at its place outside of the workspace: it is not a regular file", () => {
    const collector = join(folder.path, "collector");
    mkdirSync(collector);
    writeFileSync(join(folder.path, "secret"), "mine");
    symlinkSync(join(folder.path, "secret"), join(collector, "a.prom"));
    expect(() => replaceFile(join(collector, "a.prom"), "one\n", world)).toThrow("is not a regular file");
    expect(readFileSync(join(folder.path, "secret"), "utf8")).toBe("mine");
  });

  // Proves: stranger-does-not-write-numbers
  it("is refused in the workspace by any other name of it, as there", () => {
    symlinkSync(world.workspace, join(folder.path, "alias"));
    mkdirSync(join(world.workspace, ".github/workflows"), { recursive: true });
    symlinkSync(join(world.workspace, ".github"), join(world.workspace, "out"));
    for (const path of ["alias/.github/workflows/a.yml", "alias/out/workflows/a.yml"])
      expect(metricsPath(join(folder.path, path), world)).toEqual({ wrong: "is in `.git/` or `.github/`" });
    replaceFile(join(folder.path, "alias/a.prom"), "one\n", world);
    expect(readFileSync(join(world.workspace, "a.prom"), "utf8")).toBe("one\n");
  });

  it("stays as it was if it cannot be written", () => {
    if (process.getuid?.() === 0) return expect(() => replaceFile("/proc/a.prom", "one\n", world)).toThrow();
    replaceFile("a.prom", "one\n", world);
    chmodSync(world.workspace, 0o555);
    expect(() => replaceFile("a.prom", "two\n", world)).toThrow();
    chmodSync(world.workspace, 0o755);
    expect(readFileSync(join(world.workspace, "a.prom"), "utf8")).toBe("one\n");
  });

  it.each([
    ["../out.prom", "leads out of the workspace"],
    [".git/config", "is in `.git/` or `.github/`"],
    [".github/workflows/a.yml", "is in `.git/` or `.github/`"],
    ["out/", "is a folder"],
    ["link/a.prom", "leads through the symbolic link"],
  ])("is refused at %s, as a report is", (path, wrong) => {
    symlinkSync(folder.path, join(world.workspace, "link"));
    expect(metricsPath(path, world)).toEqual({ wrong: expect.stringContaining(wrong) });
    expect(() => replaceFile(path, "one\n", world)).toThrow(wrong);
  });
});

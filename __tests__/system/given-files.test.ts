import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readGivenFile, readSmallText } from "../../src/system/given-files.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

const NOBODY = 65_534;

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder("given");
});
afterEach(() => folder.remove());

/** The code and the sentence with which a file is refused. */
function refusalOf(path: string): string {
  const workspace = folder.path;
  try {
    readGivenFile({ what: "policy file", path }, { workspace, temp: workspace, isAtTerminal: false });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${path} was read`);
}

it("says of a link to itself that it is one, and not that nothing is there", () => {
  symlinkSync("loop", join(folder.path, "loop"));
  for (const path of ["loop", "loop/policy.yml"])
    expect(refusalOf(path)).toMatch(/^\[file-missing\] .* symbolic link leads back to itself\. Check/);
  expect(refusalOf("absent")).toMatch(/^\[file-missing\] .* does not exist\. Check the path/);
});

it("says of a socket that it is not a file, and not that a right is missing", async () => {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(join(folder.path, "socket"), listening));
  try {
    expect(refusalOf("socket")).toMatch(/^\[file-not-regular\] .* is not a regular file\. Name a file/);
  } finally {
    server.close();
  }
});

it("says of a file behind a closed folder that a right is missing, and not that nothing is there", () => {
  const closed = join(folder.path, "closed");
  mkdirSync(closed);
  writeFileSync(join(closed, "policy.yml"), "version: 1\n");
  chmodSync(folder.path, 0o755);
  chmodSync(closed, 0);
  // Root may read everything, so the test switches to another user for a moment.
  const asRoot = process.geteuid?.() === 0;
  if (asRoot) process.seteuid?.(NOBODY);
  try {
    expect(refusalOf("closed/policy.yml")).toMatch(/^\[file-unreadable\] .* cannot be opened\. Give/);
  } finally {
    if (asRoot) process.seteuid?.(0);
    chmodSync(closed, 0o755);
  }
});

// Proves: cache-trouble-stops-nothing
it("reads a small text of ours, and waits for no pipe in its place: that would never end", () => {
  const [file, link, pipe] = ["file", "link", "pipe"].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(file, "text");
  symlinkSync("file", link);
  execFileSync("mkfifo", [pipe]);
  expect(readSmallText(link, 4)).toBe("text");
  for (const [path, most] of [
    [file, 3],
    [folder.path, 4096],
  ] as const)
    expect(() => readSmallText(path, most)).toThrow();
  // In a separate process, since one that waits for a pipe reacts to no signal except SIGKILL.
  const module = new URL("../../src/system/given-files.ts", import.meta.url).href;
  const script = `(await import(${JSON.stringify(module)})).readSmallText(${JSON.stringify(pipe)}, 9)`;
  const { status, signal, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  expect([status, signal]).toEqual([1, null]);
  expect(stderr).toContain("not a small regular file");
});

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { beginHashing, FIRST_PART, hashedProgram } from "../../../src/system/store/hashed-program.ts";
import { hashedBeside } from "../../../src/system/store/thread-hash.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("hashed-program");
afterAll(() => folder.remove());

/** Large enough for a thread. */
const bytes = Buffer.alloc(17 << 20, "a program");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const program = join(folder.path, "program");
writeFileSync(program, bytes, { mode: 0o700 });

it("a large file is hashed alongside other work, and a copy by what was written", async () => {
  expect(await hashedBeside({ path: program })).toBe(sha256);
  const copy = join(folder.path, "copy");
  expect(await hashedBeside({ path: program, copy })).toBe(sha256);
  expect(readFileSync(copy).equals(bytes)).toBe(true);
});

it("an error in a thread is an error here", async () => {
  const copy = join(folder.path, "no folder", "copy");
  await expect(hashedBeside({ path: program, copy })).rejects.toMatchObject({ code: "ENOENT" });
});

it.each([
  ["that only we can change is linked", 0o700, 2],
  ["that others can change is copied", 0o777, 1],
])("a program %s", async (_, mode, links) => {
  const world = testWorld(folder.path);
  chmodSync(program, mode);
  const found = await hashedProgram(program, world);
  expect(found.sha256).toBe(sha256);
  const { statSync } = await import("node:fs");
  expect(statSync(found.path).nlink).toBeGreaterThanOrEqual(links);
  expect(statSync(found.path).ino === statSync(program).ino).toBe(links === 2);
});

describe("a program whose parts are known", () => {
  const large = Buffer.alloc(FIRST_PART + (17 << 20), "a program of two parts");
  const sha256Of = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  const known = {
    sha256: sha256Of(large),
    parts: [sha256Of(large.subarray(0, FIRST_PART)), sha256Of(large.subarray(FIRST_PART))] as const,
  };
  const path = join(folder.path, "large");

  it.each([
    ["as it was released", -1],
    ["with another byte in the first part", FIRST_PART - 1],
    ["with another byte in the second part", FIRST_PART],
  ])("%s has its own SHA-256, however early it was hashed", async (_, changed) => {
    const bytes = Buffer.from(large);
    if (changed >= 0) bytes[changed] = 0;
    const sha256 = sha256Of(bytes);
    writeFileSync(path, bytes, { mode: 0o700 });
    const world = testWorld(folder.path);
    expect(await hashedProgram(path, world, known)).toMatchObject({ sha256 });
    beginHashing(path, world, known);
    expect(await hashedProgram(path, world)).toMatchObject({ sha256 });
    // Other users can change it, so it is copied.
    chmodSync(path, 0o777);
    beginHashing(path, world, known);
    const copied = await hashedProgram(path, world, known);
    expect(copied).toMatchObject({ sha256 });
    expect(readFileSync(copied.path).equals(bytes)).toBe(true);
  });
});

it("a device in place of a file is not read before the program is needed: /dev/zero has no end", () => {
  const world = testWorld(join(folder.path, "device"));
  const link = join(folder.path, "device", "trivy");
  symlinkSync("/dev/null", link);
  beginHashing(link, world);
  expect(existsSync(join(world.runFolder, "private"))).toBe(false);
});

it("what became a pipe meanwhile is not waited for", async () => {
  const pipe = join(folder.path, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const work of [{ path: pipe }, { path: pipe, copy: join(folder.path, "copy of a pipe") }])
    await expect(hashedBeside(work)).rejects.toMatchObject({ code: "file-not-regular" });
  expect(existsSync(join(folder.path, "copy of a pipe"))).toBe(false);
});

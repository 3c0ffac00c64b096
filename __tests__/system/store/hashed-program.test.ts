import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { beginHashing, hashedProgram } from "../../../src/system/store/hashed-program.ts";
import { hashedBeside } from "../../../src/system/store/thread-hash.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/folder.ts";

const folder = temporaryFolder("hashed-program");
afterAll(() => folder.remove());

/** Large enough for a thread. */
const bytes = Buffer.alloc(17 << 20, "a program");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const program = join(folder.path, "program");
writeFileSync(program, bytes, { mode: 0o700 });

it("a large file is hashed beside other work, and a copy by what was written", async () => {
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

it("what is not a file is not read before anybody asks for it: /dev/zero has no end", () => {
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

import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { sharedCache } from "../../../src/job/gitlab/cache.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("cache");
  world = testWorld(folder.path);
  on("true");
  return () => folder.remove();
});

/** True if the job's branch is protected, according to GitLab. */
function on(isProtected: string | undefined): void {
  world = { ...world, env: { ...world.env, CI_COMMIT_REF_PROTECTED: isProtected } };
}

const kept = () => join(world.workspace, ".image-gate-cache");

/** Another job of the same runner, which finds this folder. */
async function save(key: string, text: string): Promise<void> {
  const from = join(folder.path, "from");
  mkdirSync(from, { recursive: true });
  writeFileSync(join(from, "db"), text);
  const cache = sharedCache(world);
  cache.save({ key, files: ["db"] }, from);
  await cache.settle();
}

async function restore(key: string): Promise<readonly [string | undefined, string | undefined]> {
  const into = join(folder.path, "into");
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into);
  const found = await sharedCache(world).restore({ key, files: ["db"] }, into);
  return [found, readdirSync(into).includes("db") ? readFileSync(join(into, "db"), "utf8") : undefined];
}

describe("the folder that GitLab's runner keeps", () => {
  test("gives back what was kept, and of a prefix the newest", async () => {
    await save("db-1", "one");
    const [first = ""] = readdirSync(kept());
    utimesSync(join(kept(), first), new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    await save("db-2", "two");
    await save("other-3", "three");
    expect(await restore("db-1")).toEqual(["db-1", "one"]);
    utimesSync(join(kept(), first), new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    expect(await restore("db-")).toEqual(["db-2", "two"]);
    expect(await restore("none")).toEqual([undefined, undefined]);
  });

  // Proves: repository-cannot-bring-own
  test("gives a branch that is not protected what its key binds, and no database: any branch may have written it", async () => {
    await save("program-5a5a", "checked against its hash");
    await save("db-1", "one that knows nothing");
    for (const value of ["false", undefined]) {
      on(value);
      expect(await restore("db-")).toEqual([undefined, undefined]);
      expect(await restore("program-5a5a")).toEqual(["program-5a5a", "checked against its hash"]);
    }
  });

  test("keeps no entry for ever that is not asked for", async () => {
    await save("db-1", "one");
    const [first = ""] = readdirSync(kept());
    const longAgo = new Date(Date.now() - 8 * 24 * 3_600_000);
    utimesSync(join(kept(), first), longAgo, longAgo);
    await save("db-2", "two");
    expect(await restore("db-1")).toEqual([undefined, undefined]);
    expect(await restore("db-2")).toEqual(["db-2", "two"]);
  });

  // Proves: repository-cannot-bring-own
  test("is not read where an entry has a link in a file's place", async () => {
    await save("db-1", "one");
    const [entry = ""] = readdirSync(kept());
    writeFileSync(join(folder.path, "secret"), "secret");
    rmSync(join(kept(), entry, "db"));
    symlinkSync(join(folder.path, "secret"), join(kept(), entry, "db"));
    expect(await restore("db-1")).toEqual([undefined, undefined]);
    expect(world.lines.join()).toContain("[cache-entry-unusable]");
  });

  // Proves: repository-cannot-bring-own
  test.each([
    ["a repository that brings it", Buffer.from("DIRC\0\0\0\x02\0\0\0\x01...  .image-gate-cache/abc/db\0")],
    ["a repository that brings it as a submodule", Buffer.from("DIRC\0\0\0\x02\0\0\0\x01...  .image-gate-cache\0")],
    ["an index whose names are shortened", Buffer.from("DIRC\0\0\0\x04\0\0\0\x01")],
  ])("is not used in %s", async (_, index) => {
    await save("db-1", "one");
    mkdirSync(join(world.workspace, ".git"));
    writeFileSync(join(world.workspace, ".git/index"), index);
    expect(await restore("db-1")).toEqual([undefined, undefined]);
    await save("db-2", "two");
    rmSync(join(world.workspace, ".git"), { recursive: true });
    expect(await restore("db-2")).toEqual([undefined, undefined]);
    expect(world.lines.join()).toContain("is not used as a cache: the repository itself may have it");
  });

  test("that is a link is not followed", async () => {
    symlinkSync(folder.path, kept());
    await save("db-1", "one");
    expect(world.lines.join()).toContain("it is not a folder");
    expect(readdirSync(folder.path).sort()).toEqual(["from", "temp", "workspace"]);
  });
});

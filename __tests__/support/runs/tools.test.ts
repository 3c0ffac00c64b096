import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { withLock } from "../../../scripts/setup/lock.ts";
import { ensureAct, ensureTrivy, fileSha256, root } from "../../../scripts/setup/tools.ts";
import { temporaryFolder } from "./folder.ts";

describe("the tools that are fetched", () => {
  it("are the versions that are pinned", async () => {
    expect((await finish(await ensureTrivy(), ["--version"])).stdout).toContain("Version: 0.76.0");
    expect((await finish(await ensureAct(), ["--version"])).stdout).toContain("0.2.89");
  });

  it("have the hash of the wheel pinned, one each", () => {
    for (const name of ["trivy", "act", "zizmor"]) {
      const text = readFileSync(join(root, "scripts", "setup", "requirements", `${name}.txt`), "utf8");
      expect(text).toMatch(/^[\w-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}\n$/);
    }
  });

  it("have the hash of every wheel pinned where it is several", () => {
    const text = readFileSync(join(root, "scripts", "setup", "requirements", "spdx-tools.txt"), "utf8");
    for (const line of text.trimEnd().split("\n")) expect(line).toMatch(/^[\w.-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
  });

  it("are hashed right", async () => {
    const file = join(root, "package.json");
    expect(await fileSha256(file)).toBe(createHash("sha256").update(readFileSync(file)).digest("hex"));
  });
});

describe("a lock", () => {
  it("lets one at a time in, and the next one after a failure", async () => {
    using folder = temporaryFolder("lock");
    const lock = join(folder.path, "lock");
    let inside = 0;
    let most = 0;
    const visit = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resume) => setTimeout(resume, 20));
      inside--;
    };
    const failing = withLock(lock, async () => {
      await visit();
      throw new Error("on purpose");
    });
    const all = await Promise.allSettled([failing, withLock(lock, visit), withLock(lock, visit)]);
    expect(most).toBe(1);
    expect(all.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  });
});

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../../scripts/setup/tools.ts";
import { hashEarly } from "../../../../src/scanners/trivy/install/early.ts";
import { filesBelow } from "../../../support/runs/stage.ts";
import { installStage, sha256 } from "./stage.ts";

const BINARY_SHA256 = "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19";
const NOTHING = { version: undefined, sha256: undefined, binary: undefined };

const stage = installStage();
let trivy = "";
beforeAll(async () => {
  trivy = await ensureTrivy();
});

/** Programs in folders of this run. */
const programs = () => filesBelow(stage.world.runFolder).filter((path) => /bin-\w+\/[^/]+$/.test(path));

function putInToolCache(): string {
  mkdirSync(stage.entry(), { recursive: true });
  const path = join(stage.entry(), "trivy");
  copyFileSync(trivy, path);
  writeFileSync(`${stage.entry()}.complete`, "");
  return path;
}

describe("a program that is hashed before it is asked for", () => {
  it("is the one of the tool cache that will be started, and is hashed once", async () => {
    putInToolCache();
    hashEarly(NOTHING, stage.world);
    const installed = await stage.install({});
    expect(installed).toMatchObject({ origin: "tool cache", sha256: BINARY_SHA256 });
    expect(programs().map((path) => join(stage.world.runFolder, path))).toEqual([installed.path]);
    expect(sha256(installed.path)).toBe(BINARY_SHA256);
  });

  it("is the given one, if its hash is known", async () => {
    hashEarly({ ...NOTHING, binary: trivy, sha256: BINARY_SHA256 }, stage.world);
    const installed = await stage.install({ binary: trivy, sha256: BINARY_SHA256 });
    expect(installed.sha256).toBe(BINARY_SHA256);
    expect(programs()).toHaveLength(1);
  });

  // Proves: check-begins-early-same
  it("is not started if it is another than the table's", async () => {
    const path = putInToolCache();
    writeFileSync(path, "#!/bin/sh\necho evil\n");
    hashEarly(NOTHING, stage.world);
    await expect(stage.install({ mirror: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "trivy-hash-mismatch",
    });
    expect(stage.warnings()).toEqual([expect.stringContaining("is not what it should be: its SHA-256 is")]);
  });

  // Proves: check-begins-early-same
  it("is what was hashed, although another gate replaces the tool cache's folder meanwhile", async () => {
    putInToolCache();
    hashEarly(NOTHING, stage.world);
    rmSync(stage.entry(), { recursive: true });
    mkdirSync(stage.entry());
    writeFileSync(join(stage.entry(), "trivy"), "#!/bin/sh\necho evil\n");
    const installed = await stage.install({ mirror: "http://127.0.0.1:1" });
    expect(sha256(installed.path)).toBe(BINARY_SHA256);
  });

  it.each([
    ["no such version", { ...NOTHING, version: "no version" }],
    ["a version that is not compiled in", { ...NOTHING, version: "0.70.0" }],
    ["a program without a hash", { ...NOTHING, binary: "/bin/sh" }],
    ["a program by its name", { ...NOTHING, binary: "trivy", sha256: BINARY_SHA256 }],
    ["a program that is not there", { ...NOTHING, binary: "./none", sha256: BINARY_SHA256 }],
    ["another archive than the table's", { ...NOTHING, sha256: "0".repeat(64) }],
  ])("is not chosen for %s, without an error", (_, wish) => {
    hashEarly(wish, stage.world);
    expect(programs()).toEqual([]);
  });
});

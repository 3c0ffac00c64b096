import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../../scripts/setup/tools.ts";
import { TRIVY } from "../../../../src/scanners/trivy/install/release.ts";
import { knownVersion } from "../../../../src/supply/release.ts";
import { installStage, sha256 } from "./stage.ts";

const BINARY_SHA256 = "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19";

const stage = installStage();
let trivy = "";
beforeAll(async () => {
  trivy = await ensureTrivy();
});

describe("a given binary", () => {
  it("is used as it is, its version asked for, and its hash is known for what a signature says", async () => {
    const installed = await stage.install({ binary: trivy });
    expect(installed).toMatchObject({ version: "0.76.0", origin: "given binary", sha256: BINARY_SHA256 });
    expect(await stage.install({ binary: trivy, sha256: BINARY_SHA256 })).toMatchObject({ sha256: BINARY_SHA256 });
    expect(stage.server.requests).toEqual([]);
  });

  it("is found on the PATH by a bare name, and relative to the workspace otherwise", async () => {
    const path = stage.program("on-path", '{"Version":"0.75.0"}');
    Object.assign(stage.world.env, { PATH: `relative:${dirname(path)}:${process.env.PATH}` });
    expect((await stage.install({ binary: "on-path" })).version).toBe("0.75.0");
    copyFileSync(path, join(stage.world.workspace, "mine"));
    expect((await stage.install({ binary: "./mine" })).path).toContain("mine");
    await expect(stage.install({ binary: "mine" })).rejects.toMatchObject({ code: "trivy-binary-missing" });
  });

  // Proves: scanner-out-workspace-warned
  it("in the workspace, where a pull request can put one, is warned of, unless its hash is given", async () => {
    const inside = join(stage.world.workspace, "tools", "trivy");
    mkdirSync(dirname(inside), { recursive: true });
    copyFileSync(trivy, inside);
    symlinkSync(inside, join(stage.world.workspace, "..", "linked-trivy"));
    const warnings = async (binary: string, hash?: string) => {
      const before = stage.world.lines.length;
      await stage.install({ binary, ...(hash && { sha256: hash }) });
      return stage.world.lines.slice(before).filter((line) => line.includes("[trivy-binary-in-workspace]"));
    };
    expect(await warnings("./tools/trivy")).toEqual([expect.stringMatching(/^warning: .*"\.\/tools\/trivy" is in/)]);
    expect(await warnings("../linked-trivy")).toHaveLength(1);
    expect(await warnings("./tools/trivy", BINARY_SHA256)).toEqual([]);
    expect(await warnings(trivy)).toEqual([]);
  });

  it("of another hash is refused and not started", async () => {
    const path = stage.program("other-hash", '{"Version":"0.76.0"}');
    await expect(stage.install({ binary: path, sha256: "0".repeat(64) })).rejects.toMatchObject({
      code: "trivy-hash-mismatch",
    });
    expect(existsSync(`${path}.runs`)).toBe(false);
  });

  // Proves: what-was-hashed-is-what-is-started
  it("is refused if a single byte of the right program is another one, wherever", async () => {
    const path = join(stage.world.temp, "trivy-but-for-a-byte");
    const { size } = statSync(trivy);
    for (const at of [0, Math.floor(size / 2), size - 1]) {
      copyFileSync(trivy, path);
      const file = openSync(path, "r+");
      writeSync(file, Buffer.from([0xa5]), 0, 1, at);
      closeSync(file);
      await expect(stage.install({ binary: path, sha256: BINARY_SHA256 })).rejects.toMatchObject({
        code: "trivy-hash-mismatch",
        what: expect.not.stringContaining(`has the SHA-256 ${BINARY_SHA256}`),
      });
    }
  });

  it("is known by the hash that is compiled in", () => {
    expect(knownVersion(BINARY_SHA256, TRIVY)).toBe("0.76.0");
    expect(knownVersion("0".repeat(64), TRIVY)).toBeUndefined();
  });

  it.each([
    ["missing", "nope/trivy", "trivy-binary-missing"],
    ["a folder", ".", "trivy-binary-missing"],
  ])("that is %s is refused", async (_, binary, code) => {
    await expect(stage.install({ binary: `./${binary}` })).rejects.toMatchObject({ code });
  });

  it.each<[string, string, string]>([
    ["to stderr", "printf 'fatal\\t%s\\n' 'libfoo.so: not\u200b found' >&2; exit 127", '"libfoo.so: not found"'],
    ["to stdout", "echo 'Illegal instruction'; exit 1", '"Illegal instruction"'],
    ["nowhere", "exit 3", "it said nothing"],
    ["garbage", "echo garbage", ""],
    ["half a JSON", `echo '{"Version":"0.76'`, ""],
    ["another JSON", `echo '{"version":1}'`, ""],
  ])("that tells no version is quoted, where it wrote %s", async (_, commands, words) => {
    writeFileSync(join(stage.world.workspace, "broken"), `#!/bin/sh\n${commands}\n`, { mode: 0o755 });
    await expect(stage.install({ binary: "./broken" })).rejects.toMatchObject({
      code: "trivy-unusable",
      what: expect.stringContaining(words),
    });
  });

  it("of garbage bytes is not a Trivy", async () => {
    const path = join(stage.world.workspace, "garbage");
    writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3]), { mode: 0o755 });
    await expect(stage.install({ binary: "./garbage" })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:trivy-unusable|program-not-started)$/),
    });
  });

  it.each(["0.69.4", "0.69.5", "0.69.6"])(
    "that says it is %s is refused, with its own hash given or not",
    async (bad) => {
      const path = stage.program(`bad-${bad}`, `{"Version":"${bad}"}`);
      await expect(stage.install({ binary: path })).rejects.toMatchObject({ code: "trivy-known-bad" });
      await expect(stage.install({ binary: path, sha256: sha256(path) })).rejects.toMatchObject({
        code: "trivy-known-bad",
      });
    },
  );

  // Proves: what-was-hashed-is-what-is-started
  it("where others can write is copied to a private folder, and the copy is what was hashed", async () => {
    const shared = join(stage.folder, "shared");
    mkdirSync(shared);
    const path = join(shared, "trivy");
    copyFileSync(stage.program("shared", '{"Version":"0.75.0"}'), path);
    chmodSync(path, 0o755);
    chmodSync(shared, 0o777);
    const installed = await stage.install({ binary: path, sha256: sha256(path) });
    expect(installed.path.startsWith(stage.world.runFolder)).toBe(true);
    expect(statSync(installed.path).mode & 0o7777).toBe(0o700);
    expect(statSync(dirname(installed.path)).mode & 0o7777).toBe(0o700);
    expect(sha256(installed.path)).toBe(installed.sha256);
    chmodSync(shared, 0o755);
    // If they cannot, a second link to the same bytes is enough.
    const linked = await stage.install({ binary: path, sha256: sha256(path) });
    expect(linked.path.startsWith(stage.world.runFolder)).toBe(true);
    expect(statSync(linked.path).ino).toBe(statSync(path).ino);
    chmodSync(path, 0o775);
    const copied = await stage.install({ binary: path, sha256: sha256(path) });
    expect(statSync(copied.path).ino).not.toBe(statSync(path).ino);
  });

  // Proves: what-was-hashed-is-what-is-started
  it("is judged by where its link leads", async () => {
    const shared = join(stage.folder, "open");
    mkdirSync(shared);
    copyFileSync(stage.program("linked", '{"Version":"0.75.0"}'), join(shared, "trivy"));
    chmodSync(join(shared, "trivy"), 0o755);
    chmodSync(shared, 0o777);
    symlinkSync(join(shared, "trivy"), join(stage.world.workspace, "link"));
    expect((await stage.install({ binary: "./link" })).path.startsWith(stage.world.runFolder)).toBe(true);
  });
});

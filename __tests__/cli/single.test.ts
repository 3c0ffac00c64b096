import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSingle } from "../../scripts/build/single.ts";
import { finish } from "../../scripts/setup/command.ts";
import { ensureArm64 } from "../../scripts/setup/system.ts";
import { fileSha256, root } from "../../scripts/setup/tools.ts";
import { debian12, saveImage } from "../support/images/images.ts";
import { type Bed, startTestBed } from "../support/runs/bed.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { trivyReport } from "./reports.ts";

// One file for machines without Node: the committed bundle within Node's program.

const folder = temporaryFolder("single");
const program = join(folder.path, "image-gate");
const temp = join(folder.path, "tmp");
const arm64 = await ensureArm64();
let bed: Bed;

beforeAll(async () => {
  mkdirSync(temp);
  [bed] = await Promise.all([startTestBed(), buildSingle(join(root, "dist"), program, "x64")]);
  saveImage(join(folder.path, "app.tar"), debian12());
}, 300_000);
afterAll(async () => {
  await bed.close();
  folder.remove();
});

/** Without a PATH there is no Node. */
const run = (...args: string[]) =>
  finish(program, args, { cwd: folder.path, env: { HOME: folder.path, TMPDIR: temp, PATH: "/nonexistent" } });

describe.skipIf(process.platform !== "linux" || process.arch !== "x64")("the single executable", () => {
  it("needs no Node, answers as the package does, and leaves nothing behind", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(await run("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining("Usage: image-gate") });
    const list = "find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum";
    const { stdout: hash } = await finish("sh", ["-c", list], { cwd: join(root, "dist") });
    expect((await run("--self")).stdout.split("\n")).toContain(`dist/ sha256 ${hash.split(" ")[0]}`);
    const means = Object.entries(bed.inputs).map(([name, value]) => `--${name}=${value}`);
    const judged = await run("app.tar", ...means);
    expect(judged, judged.stderr).toMatchObject({ code: 1, stdout: expect.stringMatching(/^fail: 3 CRITICAL/) });
    expect(readdirSync(temp)).toEqual([]);
  });

  it("is the lock of a host by itself: verify refuses, and says nothing on standard output", async () => {
    const refused = await run("verify", "127.0.0.1:1/app:1", "--cosign-key=none.pub", "--cosign-binary=/bin/false");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/could not be verified/);
  });

  it("exits with 2 in one line if it cannot unpack itself, since 1 is the policy's answer", async () => {
    const places = { missing: join(folder.path, "none"), file: join(folder.path, "app.tar") };
    for (const TMPDIR of Object.values(places)) {
      const env = { HOME: folder.path, TMPDIR, PATH: "/nonexistent" };
      const { code, stdout, stderr } = await finish(program, ["app.tar"], { cwd: folder.path, env });
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^error: \[temporary-folder-unusable\] .*\(TMPDIR\), which is ".*" \(E[A-Z]+\)\. .*\n$/);
    }
  });

  it("leaves nothing behind if a signal meets it while it unpacks itself", async () => {
    const means = Object.entries(bed.inputs).map(([name, value]) => `--${name}=${value}`);
    const child = spawn(program, ["app.tar", ...means], {
      cwd: folder.path,
      env: { HOME: folder.path, TMPDIR: temp, PATH: "/nonexistent" },
      stdio: "ignore",
    });
    while (readdirSync(temp).length === 0) await new Promise((go) => setTimeout(go, 1));
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    expect(code).toBe(143);
    expect(readdirSync(temp)).toEqual([]);
  });

  it("needs no library that a small Debian does not have", async () => {
    const { stdout } = await finish("ldd", [program], { cwd: folder.path });
    const needed = [...stdout.matchAll(/^\t(?:\S*\/)?([\w+-]+)\.so/gm)].map(([, name]) => name);
    expect(needed.sort()).toEqual([
      "ld-linux-x86-64",
      "libc",
      "libdl",
      "libgcc_s",
      "libm",
      "libpthread",
      "libstdc++",
      "linux-vdso",
    ]);
  });

  it("is the same file from the same sources", async () => {
    const again = join(folder.path, "again");
    await buildSingle(join(root, "dist"), again, "x64");
    expect(await fileSha256(again)).toBe(await fileSha256(program));
  }, 120_000);

  it.skipIf(!arm64)(
    "for arm64 (needs qemu-user and its libraries) starts, judges a report, and leaves nothing behind",
    async () => {
      const [emulator = "", ...args] = arm64 ?? [];
      const other = join(folder.path, "image-gate-arm64");
      await buildSingle(join(root, "dist"), other, "arm64");
      const env = { HOME: folder.path, TMPDIR: temp, PATH: "/nonexistent" };
      const start = (...words: string[]) => finish(emulator, [...args, other, ...words], { cwd: folder.path, env });
      const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
      expect(await start("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
      writeFileSync(join(folder.path, "scan.json"), trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]));
      const judged = await start("report", "scan.json");
      expect(judged, judged.stderr).toMatchObject({ code: 1, stdout: expect.stringMatching(/^fail: .*1 HIGH/) });
      expect(readdirSync(temp)).toEqual([]);
    },
    300_000,
  );
});

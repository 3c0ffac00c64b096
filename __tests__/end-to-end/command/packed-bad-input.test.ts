import { chownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { clean, debian12, saveImage } from "../../support/images/images.ts";
import { installPacked, type Packed } from "../../support/programs/packed.ts";
import { type Bed, startTestBed } from "../../support/runs/bed.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// Mistakes and faults at a terminal and in scripts, through the tarball of `npm pack`.

const folder = temporaryFolder("packed-bad-input");
const workspace = join(folder.path, "work");
const temp = join(folder.path, "tmp");
let bed: Bed;
let packed: Packed;

beforeAll(async () => {
  for (const path of [workspace, temp]) mkdirSync(path);
  [bed, packed] = await Promise.all([startTestBed(), installPacked(folder.path)]);
  saveImage(join(workspace, "app.tar"), debian12());
  saveImage(join(workspace, "clean.tar"), clean());
});
afterAll(async () => {
  await bed.close();
  folder.remove();
});

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: packed.path,
  HOME: folder.path,
  XDG_CACHE_HOME: join(folder.path, "cache"),
  TMPDIR: temp,
  ...more,
});
const means = () => Object.entries(bed.inputs).map(([name, value]) => `--${name}=${value}`);
const run = (args: readonly string[], env: Record<string, string> = {}, cwd = workspace) =>
  finish(packed.program, args, { cwd, env: environment(env) });
/** A line for bash, in which `ig` is the command. @returns its output, and the exit code of its first program */
const typed = (line: string) =>
  finish("bash", ["-c", `ig() { '${packed.program}' "$@"; }; ${line}\nexit "\${PIPESTATUS[0]}"`], {
    cwd: workspace,
    env: environment(),
  });

describe("standard output", () => {
  // Proves: command-breaks-down-exits
  it("that takes nothing is an error with 2 for every command, and a reader that has gone is not", async () => {
    for (const words of ["--version", "--help", "image --help", "completion bash", "db status"]) {
      expect(await typed(`ig ${words} > /dev/full`), words).toEqual({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^error: .*cannot be written to standard output \(ENOSPC\)/),
      });
      expect(await typed(`ig ${words} | true`), words).toEqual({ code: 0, stdout: "", stderr: "" });
    }
    const full = await typed(`ig clean.tar ${means().join(" ")} > /dev/full`);
    expect(full).toMatchObject({ code: 2, stderr: expect.stringContaining("[answer-not-written]") });
  });
});

it("a working directory that was removed is an error that says so", async () => {
  const line = `mkdir gone && cd gone && rmdir ../gone && ig clean.tar`;
  expect(await typed(line)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: \[working-directory-/) });
});

describe("a pass is not got", () => {
  // Proves: terminal-lies-working-directory
  it("by what is in the working directory, and by variables of other programs", async () => {
    const hostile = join(folder.path, "hostile");
    mkdirSync(join(hostile, "bin"), { recursive: true });
    saveImage(join(hostile, "app.tar"), debian12());
    const settings = "severity: [LOW]\nexit-code: 0\nmode: warn\nmax-critical: unlimited\n";
    const names = ["trivy.yaml", "image-gate.yml", "image-gate.yaml", ".image-gate.yml", ".grype.yaml", "gate.yml"];
    for (const name of names) writeFileSync(join(hostile, name), settings);
    writeFileSync(join(hostile, ".trivyignore"), "CVE-2099-1001\nCVE-2099-1003\nCVE-2099-1005\nCVE-2099-1008\n");
    for (const name of ["trivy", "bin/trivy", "git", "bin/git"])
      writeFileSync(join(hostile, name), "#!/bin/sh\ntouch started\n", { mode: 0o755 });
    const env = {
      PATH: `.:bin:${packed.path}`,
      TRIVY_CONFIG: join(hostile, "trivy.yaml"),
      TRIVY_IGNOREFILE: join(hostile, ".trivyignore"),
      TRIVY_SEVERITY: "LOW",
      TRIVY_SKIP_FILES: "**",
      TRIVY_CACHE_DIR: hostile,
      IMAGE_GATE_MODE: "warn",
      INPUT_MODE: "warn",
      "INPUT_MAX-CRITICAL": "unlimited",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: hostile,
      RUNNER_TEMP: hostile,
      RUNNER_TOOL_CACHE: hostile,
    };
    const { code, stdout } = await run(["app.tar", ...means()], env, hostile);
    expect([code, stdout.split("\n", 2)]).toEqual([
      1,
      ["fail: 3 CRITICAL (limit 0), 3 HIGH (limit 0) in app.tar; 4 fixable", ""],
    ]);
    expect(readdirSync(hostile).sort()).toEqual(["app.tar", "bin", "git", "trivy", ".trivyignore", ...names].sort());
    const own = await run(["app.tar", "--trivy-binary=trivy", "--offline"], env, hostile);
    expect(own).toMatchObject({ code: 2, stderr: expect.stringContaining("[trivy-binary-missing]") });
  });

  // Proves: command-breaks-down-exits
  it("by a fault of the program itself while Trivy runs, whose exit code would mean a fail", async () => {
    const fault = "()=>setTimeout(()=>{throw(new(Error)('broken'))},10)";
    const options = `--import data:text/javascript,process.getBuiltinModule('diagnostics_channel').subscribe('child_process',${fault})`;
    expect(await run(["clean.tar", ...means()], { NODE_OPTIONS: options })).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^error: \[internal-error\] .*broken/),
    });
    expect(readdirSync(temp).filter((name) => name.startsWith("image-gate-"))).toEqual([]);
  });

  // Proves: terminal-name-one-target
  it.each([
    [["image", "clean.tar", ""], "error: one of the arguments is empty"],
    [["image", "clean.tar\n"], "[name-ambiguous]"],
    [["fs", "app.tar"], "image-gate image app.tar"],
    [["fs", "new.yml"], "[path-not-read]"],
    [["fs", "/dev/null"], "[file-not-regular]"],
    [["image", "./source"], "image-gate fs ./source"],
    [["image", "acme/app"], "image-gate ./acme/app"],
    [["image", "clean.tar", "--policy", "new.yml"], '"version" must be the number 1'],
    [["report", "pipe"], "[file-not-regular]"],
  ])("by %j", async (words, message) => {
    for (const name of ["source", "source ", "acme"]) mkdirSync(join(workspace, name), { recursive: true });
    writeFileSync(join(workspace, "source/a.txt"), "a");
    writeFileSync(join(workspace, "new.yml"), "version: 2\n");
    saveImage(join(workspace, "acme/app"), clean());
    await finish("mkfifo", ["pipe"], { cwd: workspace });
    expect(await run([...words, ...(["report", "compare"].includes(words[0] ?? "") ? [] : means())])).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });
});

describe.skipIf(process.getuid?.() !== 0)("a cache folder without rights (needs root, to be another user)", () => {
  const cache = join(folder.path, "theirs");
  const home = join(folder.path, "nobody");
  const NOBODY = 65_534;

  const asNobody = (...words: string[]) =>
    finish("setpriv", [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", packed.program, ...words], {
      cwd: "/",
      env: environment({ HOME: home, TMPDIR: home, XDG_CACHE_HOME: cache }),
    });

  beforeAll(() => {
    mkdirSync(join(cache, "image-gate"), { recursive: true });
    mkdirSync(home);
    chownSync(home, NOBODY, NOBODY);
  });

  it("is named by commands that would have to write there", async () => {
    expect((await finish("chmod", ["a+x", folder.path])).code).toBe(0);
    for (const [words, code] of [
      [["db", "update"], "store-unusable"],
      [["clean"], "store-not-removed"],
    ] as const)
      expect(await asNobody(...words)).toEqual({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(new RegExp(`^error: \\[${code}\\] .*${join(cache, "image-gate")} `)),
      });
    const { code, stdout } = await asNobody("db", "status");
    expect([code, stdout]).toEqual([
      0,
      `Nothing is kept on this machine: ${join(cache, "image-gate")} cannot be used (EACCES).\n`,
    ]);
  });
});

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { COMMANDS } from "../../../src/cli/list.ts";
import { clean, debian12, hostile, saveImage } from "../../support/images/images.ts";
import { installPacked, type Packed } from "../../support/programs/packed.ts";
import { releaseArchive, startReleaseServer } from "../../support/programs/releases.ts";
import { type Bed, startTestBed } from "../../support/runs/bed.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// The tarball of `npm pack`, installed into an empty prefix without network, with the real Trivy.

const folder = temporaryFolder("packed");
const workspace = join(folder.path, "work");
const temp = join(folder.path, "tmp");
let bed: Bed;
let packed: Packed;

beforeAll(async () => {
  for (const path of [workspace, temp]) mkdirSync(path);
  [bed, packed] = await Promise.all([startTestBed(), installPacked(folder.path)]);
  saveImage(join(workspace, "app.tar"), debian12());
  saveImage(join(workspace, "clean.tar"), clean());
  saveImage(join(workspace, "hostile.tar"), hostile());
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

function run(
  args: readonly string[],
  { cwd = workspace, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
) {
  return finish(packed.program, [...args, ...means()], { cwd, env: environment(env) });
}

/** Runs it at a terminal of `columns`, as util-linux' `script` makes one. @returns what the terminal got */
async function atTerminal(args: readonly string[], columns: number, env: Record<string, string> = {}) {
  const line = [packed.program, ...args, ...means()].map((word) => `'${word}'`).join(" ");
  const { stdout } = await finish("script", ["-qec", `stty cols ${columns} rows 50; ${line}`, "/dev/null"], {
    cwd: workspace,
    env: environment({ TERM: "xterm-256color", ...env }),
  });
  return stdout.replaceAll("\r\n", "\n");
}

describe("the package", () => {
  it("is the bundle and the schemas, without sources, tests and dependencies", () => {
    const files = readdirSync(packed.folder, { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => !/^(?:dist|schema)(?:\/|$)/.test(name)).sort()).toEqual([
      "LICENSE",
      "README.md",
      "package.json",
    ]);
    expect(files.filter((name) => /\.ts$|node_modules/.test(name))).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(packed.folder, "package.json"), "utf8"));
    const { dependencies, optionalDependencies, scripts, private: isPrivate } = manifest;
    expect([dependencies, optionalDependencies, scripts, isPrivate]).toEqual(Array(4).fill(undefined));
  });

  it("is small: 2 MB to fetch, 9 MB installed", () => {
    const tarballs = join(folder.path, "tarballs");
    const [tarball = ""] = readdirSync(tarballs).filter((name) => name.endsWith(".tgz"));
    const installed = readdirSync(packed.folder, { recursive: true, encoding: "utf8" });
    const sizes = installed.map((name) => statSync(join(packed.folder, name)).size);
    expect(statSync(join(tarballs, tarball)).size).toBeLessThan(2e6);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(9e6);
  });

  it("says the commit from which it was packed", async () => {
    const head = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" });
    const { stdout } = await finish(packed.program, ["--self"], { env: environment() });
    expect(stdout).toContain(`\ncommit ${head}`);
  });

  it("says its version, also by a link of another name", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const option of ["--version", "-V"])
      expect(await finish(packed.program, [option], { env: environment() })).toEqual({
        code: 0,
        stdout: `${version}\n`,
        stderr: "",
      });
    const link = join(folder.path, "gate");
    await finish("ln", ["-s", packed.program, link]);
    expect((await finish(link, [], { env: environment() })).stderr).toContain("Usage: image-gate");
  });

  it("tells an older Node which one it needs, in one line", async () => {
    const start = readFileSync(join(packed.folder, "dist/image-gate.js"), "utf8");
    const older = start.replaceAll("process.versions.node", '"20.9.0"').replaceAll("process.version}", '"v20.9.0"}');
    expect(older).not.toBe(start);
    cpSync(packed.folder, join(folder.path, "older"), { recursive: true });
    writeFileSync(join(folder.path, "older/dist/image-gate.js"), older);
    expect(
      await finish(process.execPath, [join(folder.path, "older/dist/image-gate.js"), "app.tar"], {
        env: environment(),
      }),
    ).toEqual({ code: 2, stdout: "", stderr: "error: image-gate needs Node.js 24 or newer; this is v20.9.0\n" });
  });
});

describe("an answer", () => {
  it("is a pass with 0, a fail with 1, and a fail with 0 in mode warn; nothing is on standard error", async () => {
    expect(await run(["clean.tar"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pass: /), stderr: "" });
    const fail = /^fail: 3 CRITICAL \(limit 0\), 3 HIGH \(limit 0\) in app\.tar; 4 fixable\n/;
    expect(await run(["image", "app.tar"])).toMatchObject({ code: 1, stdout: expect.stringMatching(fail), stderr: "" });
    expect(await run(["app.tar", "--mode", "warn"])).toMatchObject({ code: 0, stdout: expect.stringMatching(fail) });
    expect(await run(["app.tar", "--max-critical", "3", "--max-high=3"])).toMatchObject({ code: 0 });
    expect(readdirSync(temp)).toEqual([]);
  });

  it("is an error with 2 on standard error, alongside the images that could be judged", async () => {
    const { code, stdout, stderr } = await run(["none.tar", "app.tar"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: \[image-missing\] .*"none\.tar"/);
    expect(stdout).toContain("CVE-2099-1005");
    expect(await run(["none.tar"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("is the documented report by --json, also in a file, and the summary by --format markdown", async () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync(join(packed.folder, "schema/report.schema.json"), "utf8")));
    const { code, stdout, stderr } = await run(["app.tar", "--json"]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(valid(JSON.parse(stdout)), JSON.stringify(valid.errors)).toBe(true);
    expect(await run(["app.tar", "--json", "--output", "out.json"])).toEqual({ code: 1, stdout: "", stderr: "" });
    expect(JSON.parse(readFileSync(join(workspace, "out.json"), "utf8")).reason).toBe(JSON.parse(stdout).reason);
    expect((await run(["app.tar", "--format", "markdown"])).stdout).toMatch(/^## ❌ .*must not run/);
    const broken = await run(["none.tar", "--json"]);
    expect([broken.code, JSON.parse(broken.stdout).verdict]).toEqual([2, "error"]);
  });

  it("shows what --severity chooses, and the verdict stays the policy's", async () => {
    const { code, stdout } = await run(["app.tar", "-s", "medium"]);
    expect(code).toBe(1);
    expect([...stdout.matchAll(/^ {2}([A-Z]+) {2}/gm)].map(([, severity]) => severity)).toEqual(
      Array.from({ length: 3 }, () => "MEDIUM"),
    );
    expect(await run(["app.tar", "-s", "bad"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("[severity-unknown]"),
    });
  });

  it("ends quietly if its reader has seen enough", async () => {
    const line = `'${packed.program}' app.tar --json ${means().join(" ")} | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await finish("bash", ["-c", line], { cwd: workspace, env: environment() });
    expect([stdout, stderr]).toEqual(["{ 1\n", ""]);
  });

  it("writes reports for other tools as FORMAT=PATH, and keeps what sign needs", async () => {
    const { code } = await run(["clean.tar", "--reports", "sarif=out.sarif", "--report-dir", "kept", "--quiet"]);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(workspace, "out.sarif"), "utf8")).version).toBe("2.1.0");
    const report = JSON.parse(readFileSync(join(workspace, "kept/report.json"), "utf8"));
    expect(existsSync(join(workspace, "kept", report.targets[0].files.scannerReport.path))).toBe(true);
  });
});

// Proves: terminal-scanned-folder-brings
it("a policy is the working directory's, and never one of a scanned folder", async () => {
  const scanned = join(folder.path, "scanned");
  const policy = "version: 1\nthresholds:\n  critical: unlimited\n  high: unlimited\n";
  mkdirSync(join(scanned, ".github"), { recursive: true });
  writeFileSync(join(scanned, ".github/image-gate.yml"), policy);
  const lock = {
    name: "app",
    lockfileVersion: 3,
    packages: { "": { name: "app" }, "node_modules/minimist": { version: "0.2.1" } },
  };
  writeFileSync(join(scanned, "package-lock.json"), JSON.stringify(lock));
  const outside = await run(["fs", scanned]);
  expect(outside, outside.stderr).toMatchObject({ code: 1 });
  expect(outside.stdout).toContain("no policy file");
  const inside = await run(["fs", "."], { cwd: scanned });
  expect(inside, inside.stderr).toMatchObject({ code: 0 });
  expect(inside.stdout).toContain("policy .github/image-gate.yml");
});

describe("Trivy and its databases", () => {
  it("are fetched into XDG_CACHE_HOME once by two runs at a time, and a later run needs no network", async () => {
    await using server = await startReleaseServer();
    const archive = await releaseArchive({ program: bed.inputs["trivy-binary"] ?? "" });
    server.add("0.76.0", archive);
    const caches = join(folder.path, "fresh");
    const env = environment({ XDG_CACHE_HOME: caches });
    const databases = means().filter((option) => option.startsWith("--db") || option.startsWith("--java"));
    const trivy = [`--trivy-sha256=${archive.sha256}`];
    const online = ["clean.tar", ...trivy, `--trivy-mirror=${server.url}`, ...databases];
    const start = (args: readonly string[]) => finish(packed.program, args, { cwd: workspace, env });
    const before = bed.registry.requests.length;
    const both = await Promise.all([start(online), start(online)]);
    for (const { code, stderr } of both) expect(code, stderr).toBe(0);
    expect(readdirSync(caches)).toEqual(["image-gate"]);
    expect(readdirSync(join(caches, "image-gate")).sort()).toEqual(expect.arrayContaining(["db", "locks", "trivy"]));
    const blobs = bed.registry.requests.slice(before).filter(({ path }) => path.includes("/trivy-db/blobs/"));
    expect(new Set(blobs.map(({ path }) => path)).size).toBe(blobs.length);
    const asked = server.requests.length;
    const offline = await start(["clean.tar", "--offline", ...trivy]);
    expect(offline, offline.stderr).toMatchObject({ code: 0 });
    expect(server.requests.length).toBe(asked);
  });

  it("are not kept if the cache folder cannot be used, which a warning names", async () => {
    const file = join(folder.path, "not-a-folder");
    writeFileSync(file, "");
    const { code, stdout, stderr } = await run(["clean.tar"], { env: { XDG_CACHE_HOME: file, HOME: file } });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^pass/);
    expect(stderr).toContain("not-a-folder");
  });
});

describe("an interrupted run", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends by %s with %i and leaves nothing behind", async (signal, expected) => {
    const server = createServer(() => child.kill(signal));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const image = `127.0.0.1:${(server.address() as AddressInfo).port}/app:1`;
    const child = spawn(packed.program, [image, "--image-source", "remote", ...means()], {
      cwd: workspace,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [code] = await once(child, "close");
    server.closeAllConnections();
    server.close();
    expect(code).toBe(expected);
    expect(readdirSync(temp)).toEqual([]);
  });
});

describe("hostile names", () => {
  const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
  const without = (text: string) => text.replaceAll("\n", "");

  // Proves: name-controls-no-terminal
  it("control no terminal, as table, as JSON and as an error", async () => {
    for (const format of ["table", "json", "markdown"]) {
      const { code, stdout } = await run(["hostile.tar", "--format", format]);
      expect(code, format).toBe(1);
      expect(stdout, format).toContain("CVE-2097-");
      expect(without(stdout), format).not.toMatch(harmful);
    }
    const name = "a\u001b]52;c;aGk=\u0007\r\u202e\u009b31m.tar";
    const { code, stderr } = await run([name]);
    expect(code).toBe(2);
    expect(without(stderr)).not.toMatch(harmful);
    expect(without((await run([`--${name}`])).stderr)).not.toMatch(harmful);
  });
});

describe("what people see", () => {
  const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.txt`);

  it.each([
    ["80-columns", 80, {}],
    ["120-columns", 120, {}],
    ["80-columns-without-colours", 80, { NO_COLOR: "1", CLICOLOR_FORCE: "1" }],
    ["120-columns-without-colours", 120, { TERM: "dumb" }],
  ] as const)("is what was seen before, at %s", async (name, columns, env) => {
    const seen = await atTerminal(["app.tar", "--no-progress"], columns, env);
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden(name), seen);
    expect(seen).toBe(readFileSync(golden(name), "utf8"));
    for (const line of seen.replace(/\u001b\[[\d;]*m/g, "").split("\n"))
      if (!line.includes("$ ")) expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  it("has a progress line on a terminal that vanishes, and the same answer", async () => {
    const seen = await atTerminal(["app.tar"], 80);
    const [progress = "", answer] = seen.split(/(?<=\u001b\[2K)(?=\u001b\[1m\u001b\[31mfail)/);
    expect(progress).toMatch(/^(?:[^\n]*\r\u001b\[2K)+$/);
    expect(progress).toContain("app.tar");
    expect(answer).toBe(readFileSync(golden("80-columns"), "utf8"));
  });

  it("has 80 columns at a narrower terminal", async () => {
    expect(await atTerminal(["app.tar", "--no-progress"], 20)).toBe(readFileSync(golden("80-columns"), "utf8"));
  });

  it("has no colours in a pipe, unless they are asked for", async () => {
    const first = async (env: Record<string, string>, ...args: string[]) =>
      (await run(["clean.tar", ...args], { env })).stdout.split(":")[0];
    expect(await first({})).toBe("pass");
    expect(await first({ CLICOLOR_FORCE: "1" })).toBe("\u001b[1m\u001b[32mpass\u001b[39m\u001b[22m");
    expect(await first({ CLICOLOR_FORCE: "1", NO_COLOR: "1" })).toBe("pass");
    expect(await first({ CLICOLOR_FORCE: "1", NO_COLOR: "" }, "--no-color")).toBe("pass");
  });
});

describe("examples", () => {
  const bin = join(folder.path, "bin");

  beforeAll(async () => {
    mkdirSync(bin);
    // The same command, with the test's Trivy and databases for commands that scan.
    const wrapper = `#!/bin/sh\ncase "$1" in sign|verify) exec '${packed.program}' "$@" ;; esac\nexec '${packed.program}' "$@" ${means().join(" ")}\n`;
    writeFileSync(join(bin, "image-gate"), wrapper, { mode: 0o755 });
    bed.registry.add("acme/app", "1", debian12());
    writeFileSync(join(workspace, "running.txt"), `${bed.registry.host}/acme/app:1\n`);
    const made = await run(["app.tar", "--reports", "cyclonedx=app.cdx.json", "--report-dir", "made"]);
    expect(made.code, made.stderr).toBe(1);
    const [scan = ""] = readdirSync(join(workspace, "made")).filter((name) => name !== "report.json");
    cpSync(join(workspace, "made", scan), join(workspace, "scan.json"));
    mkdirSync(join(workspace, "checkout"));
    writeFileSync(join(workspace, "checkout/README.md"), "An app.\n");
    const git = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-qm", "empty"];
    for (const args of [["init", "-q"], git]) await finish("git", args, { cwd: join(workspace, "checkout") });
  });

  const typed = (line: string) => {
    const env = environment({ PATH: `${bin}:${packed.path}` });
    return finish("bash", ["-c", line], { cwd: workspace, env });
  };

  it("in the help of a command are run, unless they need a signature or a container engine", async () => {
    const examples = await Promise.all(COMMANDS.map(async ({ load }) => (await load()).examples));
    const lines = examples.flat().map(({ line }) => line);
    for (const line of lines) expect(line).toMatch(/^image-gate /);
    const alone = lines.filter((line) => /^image-gate (?:app|fs|repo|sbom|report|rescan file)/.test(line));
    expect(alone.length).toBeGreaterThanOrEqual(8);
    for (const line of alone) {
      const { code, stdout, stderr } = await typed(line);
      expect([0, 1], `${line}: ${stdout}${stderr}`).toContain(code);
    }
  }, 120_000);

  it("on the page show what they show", async () => {
    const page = readFileSync(join(root, "docs/cli.md"), "utf8");
    const blocks = [...page.matchAll(/^```console\n(.*?)^```/gms)].map(([, text = ""]) => text);
    expect(blocks).toHaveLength(3);
    for (const [, line = "", shown = ""] of blocks.flatMap((text) => [
      ...text.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm),
    ])) {
      const { stdout, stderr } = await typed(line);
      let rest = stdout + stderr;
      for (const part of shown.split(/^…\n/m)) {
        expect(rest, line).toContain(part);
        rest = rest.slice(rest.indexOf(part) + part.length);
      }
    }
  }, 120_000);
});

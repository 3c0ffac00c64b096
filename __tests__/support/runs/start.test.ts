import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";
import { tar } from "../images/tar.ts";
import { type TemporaryFolder, temporaryFolder } from "./folder.ts";

let folder: TemporaryFolder;

/** A project whose one package is a file, so that `npm ci` needs no network. */
beforeEach(() => {
  folder = temporaryFolder("start");
  for (const file of ["scripts/start.mjs", "scripts/setup/installed.mjs", ".node-version"])
    cpSync(join(root, file), join(folder.path, file));
  writeLock("1.0.0");
  writeTask("probe", "console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;");
  writeTask(
    "wait-here",
    "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('ready');",
  );
  return () => folder.remove();
});

/**
 * Writes the package in a version, and a lock file with it.
 * @param more facts of the package that npm does not install
 */
function writeLock(version: string, more = {}): void {
  const file = `part-${version}.tgz`;
  const manifest = JSON.stringify({ name: "part", version });
  const packed = gzipSync(tar([{ path: "package/package.json", data: manifest }]));
  writeFileSync(join(folder.path, file), packed);
  const integrity = `sha512-${createHash("sha512").update(packed).digest("base64")}`;
  const project = { name: "probe", version: "1.0.0", dependencies: { part: `file:${file}` } };
  const packages = { "": project, "node_modules/part": { version, resolved: `file:${file}`, integrity, ...more } };
  writeFileSync(join(folder.path, "package.json"), JSON.stringify(project));
  const lock = { name: "probe", version: "1.0.0", lockfileVersion: 3, packages };
  writeFileSync(join(folder.path, "package-lock.json"), JSON.stringify(lock));
}

function writeTask(name: string, text: string): void {
  writeFileSync(join(folder.path, "scripts", `${name}.ts`), text);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], whenReady?: (child: ChildProcess) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder.path, "scripts", "start.mjs"), ...args], { cwd: "/" });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
      whenReady?.(child);
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const SAYS = "Installing the packages of package-lock.json (npm ci): 850 MB on disk, one to ten minutes ...\n";
const installed = () => JSON.parse(readFileSync(join(folder.path, "node_modules/part/package.json"), "utf8")).version;

describe("scripts/start.mjs", () => {
  it("installs on a fresh clone, saying so in one line, runs the task and passes arguments and exit code on", async () => {
    const first = await start(["probe", "a b", "--c"]);
    expect(first).toEqual({ code: 7, stdout: '["a b","--c"]\n', stderr: SAYS });
    expect((await start(["probe"])).stderr).toBe("");
  });

  it("installs again when package-lock.json has another package", async () => {
    await start(["probe"]);
    expect(installed()).toBe("1.0.0");
    writeLock("1.0.1");
    expect((await start(["probe"])).stderr).toBe(SAYS);
    expect(installed()).toBe("1.0.1");
  });

  it("installs nothing when the lock file changes, but none of its packages", async () => {
    await start(["probe"]);
    writeLock("1.0.0", { license: "Apache-2.0" });
    expect(await start(["probe"])).toMatchObject({ code: 7, stderr: "" });
  });

  it("installs once when two start at the same moment", async () => {
    const both = await Promise.all([start(["probe"]), start(["probe"])]);
    expect(both.map(({ code }) => code)).toEqual([7, 7]);
    expect(both.map(({ stderr }) => stderr).join("")).toBe(SAYS);
  });

  it("takes over a lock whose owner has died", async () => {
    mkdirSync(join(folder.path, ".cache", "install.lock"), { recursive: true });
    writeFileSync(join(folder.path, ".cache", "install.lock", "pid"), "999999999");
    expect((await start(["probe"])).code).toBe(7);
  });

  it("shows npm's output when the installation fails, and installs the next time", async () => {
    writeFileSync(join(folder.path, "package-lock.json"), "not JSON");
    const { code, stdout, stderr } = await start(["probe"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("npm ci failed with exit code 1");
    expect(stderr).toContain("npm error");
    writeLock("1.0.0");
    expect(await start(["probe"])).toMatchObject({ code: 7, stderr: SAYS });
  });

  it("lists the tasks for one that it does not know", async () => {
    expect(await start(["nothing"])).toEqual({
      code: 1,
      stdout: "",
      stderr: 'There is no task "nothing". Tasks: probe, wait-here.\n',
    });
    expect((await start([])).stderr).toBe("Name a task. Tasks: probe, wait-here.\n");
    expect((await start(["../scripts/probe"])).code).toBe(1);
  });

  it("passes a signal on and ends as the task ends", async () => {
    expect((await start(["wait-here"], (child) => child.kill("SIGTERM"))).code).toBe(9);
  });
});

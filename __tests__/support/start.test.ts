import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { type TemporaryFolder, temporaryFolder } from "./folder.ts";

let folder: TemporaryFolder;

/** A project without dependencies, so that `npm ci` needs no network. */
beforeEach(() => {
  folder = temporaryFolder("start");
  mkdirSync(join(folder.path, "scripts"));
  cpSync(join(root, "scripts", "start.mjs"), join(folder.path, "scripts", "start.mjs"));
  writeFileSync(join(folder.path, "package.json"), '{ "name": "probe", "version": "1.0.0" }');
  writeLock("1.0.0");
  writeTask("probe", "console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;");
  writeTask(
    "wait-here",
    "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('ready');",
  );
});
afterEach(() => folder.remove());

function writeLock(version: string): void {
  const lock = { name: "probe", version, lockfileVersion: 3, packages: { "": { name: "probe", version } } };
  writeFileSync(join(folder.path, "package.json"), JSON.stringify({ name: "probe", version }));
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
const stamp = () => join(folder.path, "node_modules", ".image-gate-lock-sha256");

describe("scripts/start.mjs", () => {
  it("installs on a fresh clone, saying so in one line, runs the task and passes arguments and exit code on", async () => {
    const first = await start(["probe", "a b", "--c"]);
    expect(first).toEqual({ code: 7, stdout: '["a b","--c"]\n', stderr: SAYS });
    expect((await start(["probe"])).stderr).toBe("");
  });

  it("installs again when package-lock.json has changed", async () => {
    await start(["probe"]);
    const before = readFileSync(stamp(), "utf8");
    writeLock("1.0.1");
    expect((await start(["probe"])).stderr).toBe(SAYS);
    expect(readFileSync(stamp(), "utf8")).not.toBe(before);
  });

  it("installs nothing when the lock file changes, but none of its packages", async () => {
    await start(["probe"]);
    const lockWith = (integrity: string, more = {}) => ({
      name: "probe",
      version: "1.0.0",
      lockfileVersion: 3,
      packages: { "": { name: "probe" }, "node_modules/a": { version: "1.0.0", integrity, ...more } },
    });
    const installed = lockWith("sha512-a");
    mkdirSync(join(folder.path, "node_modules"), { recursive: true });
    writeFileSync(join(folder.path, "node_modules/.package-lock.json"), JSON.stringify(installed));
    const before = readFileSync(stamp(), "utf8");
    writeFileSync(join(folder.path, "package-lock.json"), JSON.stringify(lockWith("sha512-a", { dev: true })));
    expect(await start(["probe"])).toMatchObject({ code: 7, stderr: "" });
    expect(readFileSync(stamp(), "utf8")).toBe(before);
    writeFileSync(join(folder.path, "package-lock.json"), JSON.stringify(lockWith("sha512-b")));
    expect((await start(["probe"])).stderr).toContain(SAYS.slice(0, 30));
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

  it("shows npm's output when the installation fails, and leaves no stamp", async () => {
    writeFileSync(join(folder.path, "package-lock.json"), "not JSON");
    const { code, stdout, stderr } = await start(["probe"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("npm ci failed with exit code 1");
    expect(stderr).toContain("npm error");
    expect(existsSync(stamp())).toBe(false);
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

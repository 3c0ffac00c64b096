import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { startBed } from "../__tests__/support/bed.ts";
import { temporaryFolder } from "../__tests__/support/folder.ts";
import { inputVariable } from "../__tests__/support/runner.ts";
import { INPUT_NAMES } from "../src/actions/gate/inputs.ts";
import { closest } from "../src/domain/did-you-mean.ts";
import { cacheFolder, ensureTrivy, fileSha256, root } from "./setup/tools.ts";

const USAGE = `npm run gate -- TARGET… [--INPUT=VALUE…]
  TARGET             an image reference, a docker save tar, an OCI layout folder, a folder or file, or a repository's https URL
  --INPUT=VALUE      any input of the action: npm run gate -- app:1 --max-high=5 --scanners=vuln,secret
                     --platform and other lists may be given several times
  --test-database    the invented advisories of the tests instead of a real database: to try the gate out offline`;

const TEST_DATABASE = "--test-database";

/** The input that a target belongs to, as somebody at a terminal means it. */
function kindOf(target: string, workspace: string): "image" | "path" | "repository" {
  const path = resolve(workspace, target);
  if (/^(?:https?|git|ssh):\/\/.+|^git@.+:.+/.test(target)) return "repository";
  if (!existsSync(path) || /\.(?:tar|tgz|tar\.gz)$/.test(target)) return "image";
  return statSync(path).isDirectory() && existsSync(join(path, "oci-layout")) ? "image" : "path";
}

function inputsOf(args: readonly string[], workspace: string): Map<string, string> | string {
  const inputs = new Map<string, string>();
  const add = (name: string, value: string): void => {
    inputs.set(name, inputs.has(name) ? `${inputs.get(name)}\n${value}` : value);
  };
  for (const arg of args) {
    if (arg === TEST_DATABASE) continue;
    const option = /^--([a-z0-9-]+)=(.*)$/s.exec(arg);
    if (option?.[1] !== undefined && INPUT_NAMES.includes(option[1])) add(option[1], option[2] ?? "");
    else if (arg.startsWith("-")) return notAnInput(arg);
    else add(kindOf(arg, workspace), arg);
  }
  return inputs.size === 0 ? "there is no target" : inputs;
}

function notAnInput(arg: string): string {
  const name = arg.replace(/^-+/, "").replace(/=.*$/s, "");
  if (INPUT_NAMES.includes(name)) return `${arg} lacks its value: --${name}=VALUE`;
  const meant = closest(name, INPUT_NAMES);
  return `${arg} is not an input${meant === undefined ? "" : `; did you mean --${meant}=…?`}`;
}

/** What a terminal's environment may hand to the bundle: nothing that would make it believe in a runner. */
function terminalEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:INPUT_|GITHUB_|RUNNER_|ACTIONS_|npm_)/.test(name)),
  );
}

async function main(): Promise<number> {
  // npm changes to the package's folder and leaves the caller's here.
  const workspace = process.env.INIT_CWD ?? process.cwd();
  if (process.argv.slice(2).some((arg) => arg === "--help" || arg === "-h")) {
    console.log(USAGE);
    return 0;
  }
  const inputs = inputsOf(process.argv.slice(2), workspace);
  if (typeof inputs === "string") {
    console.error(`${inputs}\n\n${USAGE}`);
    return 2;
  }
  if (![...inputs.keys()].some((name) => name.startsWith("trivy-") && name !== "trivy-report")) {
    const trivy = await ensureTrivy();
    inputs.set("trivy-binary", trivy);
    inputs.set("trivy-sha256", await fileSha256(trivy));
  }
  if (!process.argv.includes(TEST_DATABASE)) return runBundle(inputs, workspace, "gate");
  await using bed = await startBed();
  for (const name of ["db-repository", "java-db-repository"]) inputs.set(name, bed.inputs[name] ?? "");
  console.log("With the invented advisories of the tests: the verdict says nothing about the image.");
  return await runBundle(inputs, workspace, "gate-test-database");
}

async function runBundle(inputs: ReadonlyMap<string, string>, workspace: string, store: string): Promise<number> {
  const out = join(root, "out/gate");
  mkdirSync(out, { recursive: true });
  // What an earlier run left would be taken for this one's.
  for (const name of globSync("*.json", { cwd: out })) rmSync(join(out, name));
  const summary = join(out, "summary.md");
  writeFileSync(summary, "");
  using temp = temporaryFolder("terminal");
  const child = spawn(process.execPath, [join(root, "dist/index.js")], {
    cwd: workspace,
    stdio: "inherit",
    env: {
      ...terminalEnvironment(),
      ...Object.fromEntries([...inputs].map(([name, value]) => [inputVariable(name), value])),
      GITHUB_WORKSPACE: workspace,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: temp.path,
      RUNNER_TOOL_CACHE: join(cacheFolder, store),
    },
  });
  // Ctrl-C reaches the bundle too, which ends Trivy first.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, "close");
  for (const [name, path] of reportsIn(temp.path)) copyFileSync(path, join(out, name));
  console.log(`Summary and reports: ${relative(workspace, out) || "."}`);
  return typeof code === "number" ? code : 1;
}

function reportsIn(folder: string): [string, string][] {
  return globSync("image-gate-*/*.json", { cwd: folder }).map((path) => [basename(path), join(folder, path)]);
}

process.exitCode = await main();

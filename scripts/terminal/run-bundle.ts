import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { startBed } from "../../__tests__/support/bed.ts";
import { temporaryFolder } from "../../__tests__/support/folder.ts";
import { readWords } from "../../src/cli/words.ts";
import { inputVariable } from "../../src/system/world.ts";
import { cacheFolder, ensureTrivy, fileSha256, root } from "../setup/tools.ts";

/** An option that makes the tests' invented advisories the database: to try something out offline. */
const TEST_DATABASE = "--test-database";

/** A command that starts the bundle at a terminal. */
export interface Command {
  /** Name of its folders: `gate`. */
  readonly name: string;
  /** File of the bundle: `index.js`. */
  readonly entry: string;
  readonly usage: string;
  readonly inputNames: readonly string[];
  /** The input that a word without `--` belongs to. */
  inputOf(word: string, workspace: string): string;
  /** What is missing without any word or input. */
  readonly nothing: string;
  /** Inputs that apply if the user gives no others, with the folder of the command's output. */
  defaults?(given: ReadonlyMap<string, string>, out: string): Readonly<Record<string, string>>;
}

/** Runs a command with the words of the command line. @returns its exit code; 2 for a wrong command line */
export async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  // npm changes to the package's folder and leaves the caller's here.
  const workspace = process.env.INIT_CWD ?? process.cwd();
  const inputOf = (word: string) => command.inputOf(word, workspace);
  const words = args.filter((arg) => arg !== TEST_DATABASE);
  const asked = readWords(words, { inputNames: command.inputNames, inputOf, takesLists: true });
  if ("help" in asked) {
    console.log(command.usage);
    return 0;
  }
  const inputs = new Map("inputs" in asked ? asked.inputs : []);
  if (inputs.size === 0) {
    console.error(`${"mistake" in asked ? asked.mistake : command.nothing}\n\n${command.usage}`);
    return 2;
  }
  const out = join(root, "out", command.name);
  for (const [name, value] of Object.entries(command.defaults?.(inputs, out) ?? {}))
    if (!inputs.has(name)) inputs.set(name, value);
  if (![...inputs.keys()].some((name) => name.startsWith("trivy-") && name !== "trivy-report")) {
    const trivy = await ensureTrivy();
    inputs.set("trivy-binary", trivy);
    inputs.set("trivy-sha256", await fileSha256(trivy));
  }
  const run = { command, inputs, workspace, out };
  if (!args.includes(TEST_DATABASE)) return runBundle({ ...run, store: "gate" });
  await using bed = await startBed();
  for (const name of ["db-repository", "java-db-repository"]) inputs.set(name, bed.inputs[name] ?? "");
  console.log("With the invented advisories of the tests: the verdict says nothing about the image.");
  return await runBundle({ ...run, store: "gate-test-database" });
}

/** What a terminal's environment may hand to the bundle: nothing that would make it believe in a runner. */
function terminalEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:INPUT_|GITHUB_|RUNNER_|ACTIONS_|npm_)/.test(name)),
  );
}

interface Run {
  readonly command: Command;
  readonly inputs: ReadonlyMap<string, string>;
  readonly workspace: string;
  /** Where summary and reports go. */
  readonly out: string;
  /** Folder of the databases within the cache. */
  readonly store: string;
}

async function runBundle({ command, inputs, workspace, out, store }: Run): Promise<number> {
  mkdirSync(out, { recursive: true });
  // What an earlier run left would be taken for this one's.
  for (const name of globSync("*.json", { cwd: out })) rmSync(join(out, name));
  const summary = join(out, "summary.md");
  writeFileSync(summary, "");
  using temp = temporaryFolder("terminal");
  const child = spawn(process.execPath, [join(root, "dist", command.entry)], {
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

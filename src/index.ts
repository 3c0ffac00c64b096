import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { oneLine } from "./domain/one-line.ts";
import { detectPlatform } from "./job/detect.ts";
import type { Platform } from "./job/job.ts";
import { ownLine } from "./job/own-version.ts";
import { SCANNER } from "./scanners/list.ts";
import { asGateError, GateError, tryOr } from "./system/errors.ts";
import type { World } from "./system/world.ts";

/** The action that the runner has started. */
const started = basename(process.argv[1] ?? "", ".js");

/**
 * The command line: `dist/image-gate.js verify IMAGE`, for which `dist/verify.js IMAGE` is short. Undefined on a
 * runner, which gives no arguments.
 */
const commandLine = commandLineOf(process.argv.slice(2));
// The answer of a command goes to standard output, so its log does not.
const logOutput = commandLine === undefined ? process.stdout : process.stderr;

const platform = detectPlatform(process.env, commandLine !== undefined);
const log = platform.log(logOutput, { isTerminal: logOutput.isTTY });

function commandLineOf(args: readonly string[]): readonly string[] | undefined {
  if (started === "image-gate") return args;
  return started === "verify" && args.length > 0 ? [started, ...args] : undefined;
}

/** The real world of a job's step, or of a terminal. */
function realWorld(): World {
  const folders = platform.folders?.(platform.env) ?? {};
  const cancelled = new AbortController();
  // A terminal that is closed sends SIGHUP.
  const signals =
    commandLine === undefined ? (["SIGINT", "SIGTERM"] as const) : (["SIGINT", "SIGTERM", "SIGHUP"] as const);
  for (const signal of signals) process.on(signal, () => cancelled.abort(signal));
  const temp = resolve(folders.temp || tmpdir());
  const place = runFolderIn(temp);
  // A command leaves nothing behind, not even if it breaks down. An action's folder has its outputs.
  if (commandLine !== undefined)
    process.on("exit", () => rmSync(place.runFolder, { recursive: true, force: true, maxRetries: 3 }));
  const workspace = resolve(folders.workspace || workingDirectory());
  return {
    env: platform.env,
    platform: process.platform,
    arch: process.arch,
    now: () => new Date(),
    log,
    workspace,
    temp,
    checkouts: folders.checkouts || undefined,
    toolCache: folders.toolCache || undefined,
    runnerFiles: platform.ownFiles?.(platform.env).map((file) => resolve(workspace, file)),
    ...place,
    isAtTerminal: commandLine !== undefined,
    signal: cancelled.signal,
  };
}

/** @throws GateError `working-directory-missing` */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new GateError(
      "working-directory-missing",
      `The working directory cannot be used (${(cause as NodeJS.ErrnoException).code})`,
      "It was removed or cannot be read: change into a folder that is there.",
      { cause },
    );
  }
}

/** The beginning of the name of a run's folder. */
const PREFIX = "image-gate-";

/**
 * Creates the run's folder, with mode 0700 by mkdtemp. If that fails, it is created elsewhere, since the report of the
 * error is a file. If that fails too, the folder does not exist: there is no report, but the error is still shown.
 */
function runFolderIn(temp: string): Pick<World, "runFolder" | "unusable"> {
  try {
    return { runFolder: mkdtempSync(join(temp, PREFIX)) };
  } catch (cause) {
    const unusable = new GateError(
      "temporary-folder-unusable",
      `No folder can be made in the folder for temporary files, which is ${JSON.stringify(temp)} (${(cause as NodeJS.ErrnoException).code})`,
      "It must exist, be writable for the user of this run, and have space left.",
      { cause },
    );
    try {
      return { runFolder: mkdtempSync(join(tmpdir(), PREFIX)), unusable };
    } catch {
      return { runFolder: join(temp, `${PREFIX}none`), unusable };
    }
  }
}

/** The exports of an action's `run.ts`. An error empties its outputs. */
interface Action {
  readonly OUTPUT_NAMES: readonly string[];
  run(world: World, platform: Platform): Promise<number>;
}

const GATE = () => import("./actions/gate/run.ts");
/** The actions, by the file of the bundle that a runner starts: `dist/rescan.js` only imports this one. */
const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  rescan: () => import("./actions/rescan/run.ts"),
  sign: () => import("./actions/sign/run.ts"),
  verify: () => import("./actions/verify/run.ts"),
};

async function runCommand(line: readonly string[], world: World): Promise<number> {
  const { runCommandLine } = await import("./cli/run.ts");
  return runCommandLine(line, {
    world,
    startedIn: tryOr(process.cwd, undefined),
    streams: { out: process.stdout, err: process.stderr },
    open: async (opened) => platform.open(opened),
    // If the line is wrong or the run is killed, the earlier output would stay: an unfounded `pass`.
    owesVerdict: () => platform.lastOutputs?.(process.env, { verdict: "error" }),
  });
}

/** Reporting itself failed through our own fault. Says what it can, never `pass`, and empties every other output. */
async function lastResort(thrown: unknown, action: Action | undefined): Promise<number> {
  const error = asGateError(thrown);
  // Its own log, so that annotations of before leave it room.
  platform.log(logOutput, { isTerminal: false }).error(`error: ${error.message}`);
  const known = new Map([
    ["verdict", "error"],
    ["reason", oneLine(`error: [${error.code}] ${error.what}`)],
  ]);
  const outputs = [...(action?.OUTPUT_NAMES ?? known.keys())].map((name) => [name, known.get(name) ?? ""] as const);
  // The annotation above has said what is wrong.
  tryOr(() => platform.lastOutputs?.(process.env, Object.fromEntries(outputs)), undefined);
  // As a command, `verify` exits with 1 on a rejection and with 2 on an error.
  return started === "verify" || commandLine !== undefined ? 2 : 1;
}

/** Inputs that name something to scan. */
const TARGETS = ["INPUT_IMAGE", "INPUT_PATH", "INPUT_REPOSITORY", "INPUT_SBOM", "INPUT_DISCOVER"];

/** The scanner's program is hashed in another thread. That begins now, before this one loads the rest of the code. */
function hashProgram(world: World): void {
  const { env } = world;
  // Only the scanner of a run that names none has such inputs.
  if (env["INPUT_SCAN-WITH"]?.trim() === "grype") return;
  SCANNER.begin?.(
    { version: env["INPUT_TRIVY-VERSION"], sha256: env["INPUT_TRIVY-SHA256"], binary: env["INPUT_TRIVY-BINARY"] },
    world,
  );
}

async function main(): Promise<number> {
  let action: Action | undefined;
  try {
    if (commandLine === undefined) log.info(ownLine(import.meta.dirname));
    const world = realWorld();
    if (["index", "rescan"].includes(started) && TARGETS.some((name) => world.env[name])) hashProgram(world);
    if (commandLine !== undefined) return await runCommand(commandLine, world);
    action = await (ACTIONS[started] ?? GATE)();
    return await action.run(world, await platform.open(world));
  } catch (thrown) {
    return lastResort(thrown, action);
  }
}

// A reader of an answer that has seen enough, such as `head`, ends nothing but the writing.
let lost: NodeJS.ErrnoException | undefined;
if (commandLine !== undefined) {
  // Node's own code for a fault, 1, would say that the policy was broken.
  process.exitCode = 2;
  process.on("uncaughtException", (thrown) => {
    void lastResort(thrown, undefined).finally(() => process.exit(2));
  });
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (stream === process.stdout && error.code !== "EPIPE") lost ??= error;
    });
}
const code = await main();
// Output that a slow reader has not taken yet is written before the end.
await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
// The file has half an answer, or none.
if (lost !== undefined) {
  const what = `The answer cannot be written to standard output (${lost.code})`;
  const { message } = new GateError("answer-not-written", what, "See whether the disk is full.");
  process.stderr.write(`error: ${message}\n`);
}
// Sockets that a server keeps open must not keep the step alive.
process.exit(lost === undefined ? code : 2);

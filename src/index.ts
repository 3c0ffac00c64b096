import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { oneLine } from "./domain/one-line.ts";
import { asGateError, GateError } from "./errors.ts";
import { workflowLog } from "./github/log.ts";
import { run } from "./run.ts";
import { terminalLog } from "./terminal-log.ts";
import type { World } from "./world.ts";

/** The real world of a runner's step (or of a terminal, where the runner's variables are missing). */
function realWorld(): World {
  const { env } = process;
  const cancelled = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => cancelled.abort(signal));
  const temp = resolve(env.RUNNER_TEMP || tmpdir());
  const colours = showsColours(env, process.stdout.isTTY);
  return {
    env,
    platform: process.platform,
    arch: process.arch,
    now: () => new Date(),
    log:
      env.GITHUB_ACTIONS === "true"
        ? workflowLog(process.stdout, { colours })
        : terminalLog(process.stdout, { colours }),
    workspace: resolve(env.GITHUB_WORKSPACE || process.cwd()),
    temp,
    runFolder: runFolderIn(temp),
    signal: cancelled.signal,
  };
}

/** GitHub's page of a log shows them. NO_COLOR (no-color.org) forbids them everywhere. */
function showsColours(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  return !env.NO_COLOR && (env.GITHUB_ACTIONS === "true" || isTerminal);
}

/** Mode 0700, by mkdtemp. */
function runFolderIn(temp: string): string {
  try {
    return mkdtempSync(join(temp, "image-gate-"));
  } catch (cause) {
    throw new GateError(
      "temporary-folder-unusable",
      `No folder can be made in RUNNER_TEMP, which is ${JSON.stringify(temp)} (${(cause as NodeJS.ErrnoException).code})`,
      "It must exist, be writable for the runner's user, and have space left.",
      { cause },
    );
  }
}

/** There is no place to work in, or a fault of our own: all that can be told is told, and it is no pass. */
function lastResort(thrown: unknown): number {
  const error = asGateError(thrown);
  workflowLog(process.stdout).error(`error: ${error.message}`);
  try {
    const reason = oneLine(`error: [${error.code}] ${error.what}`);
    if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, `verdict=error\nreason=${reason}\n`);
  } catch {
    // The annotation above has said what is wrong.
  }
  return 1;
}

async function main(): Promise<number> {
  try {
    return await run(realWorld());
  } catch (thrown) {
    return lastResort(thrown);
  }
}

// Sockets that a server keeps open must not keep the step alive.
process.exit(await main());

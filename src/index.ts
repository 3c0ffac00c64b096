import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { workflowLog } from "./github/log.ts";
import { run } from "./run.ts";
import type { World } from "./world.ts";

/** The real world of a runner's step (or of a terminal, where the runner's variables are missing). */
function realWorld(): World {
  const { env } = process;
  const cancelled = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => cancelled.abort(signal));
  const temp = resolve(env.RUNNER_TEMP || tmpdir());
  return {
    env,
    platform: process.platform,
    arch: process.arch,
    now: () => new Date(),
    log: workflowLog(process.stdout),
    workspace: resolve(env.GITHUB_WORKSPACE || process.cwd()),
    temp,
    // mkdtemp makes it with mode 0700.
    runFolder: mkdtempSync(join(temp, "image-gate-")),
    signal: cancelled.signal,
  };
}

// Sockets that a server keeps open must not keep the step alive.
process.exit(await run(realWorld()));

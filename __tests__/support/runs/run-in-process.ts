import { mkdtempSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { summary } from "@actions/core";
import { gate } from "../../../src/actions/gate/run.ts";
import { rescan } from "../../../src/actions/rescan/run.ts";
import { run as sign } from "../../../src/actions/sign/run.ts";
import { run as verify } from "../../../src/actions/verify/run.ts";
import { detectPlatform } from "../../../src/job/detect.ts";
import type { Platform } from "../../../src/job/job.ts";
import type { World } from "../../../src/system/world.ts";
import { type ActionOptions, type ActionResult, outcomeIn, prepareRun, runAction } from "./runner.ts";

/** The actions as in `src/index.ts`, by the file of the bundle that a runner would start. */
const ACTIONS: Readonly<Record<string, (world: World, platform: Platform) => Promise<number>>> = {
  "index.js": gate,
  "rescan.js": rescan,
  "sign.js": sign,
  "verify.js": verify,
};

/**
 * Runs an action as {@link runAction} does, but in this process and from its sources. The steps of `src/index.ts`
 * around it are done here. To start Node and load the bundle takes most of a run's time. Not for tests of the process
 * itself: its signals, its memory, its variables for Node, and the programs of the bundle that it starts. One run waits
 * for another, since GitHub's own packages read the variables of the process.
 */
export function runInProcess(options: Omit<ActionOptions, "watched">): Promise<ActionResult> {
  const result = running.then(async () => {
    const run = prepareRun(options);
    const before = { ...process.env };
    for (const [name, value] of Object.entries(run.env))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    // It keeps the file of the first run.
    Object.assign(summary, { _filePath: undefined });
    try {
      return await runIn(run, options);
    } finally {
      for (const name of Object.keys(run.env)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
  running = result.catch(() => undefined);
  return result;
}

let running: Promise<unknown> = Promise.resolve();

/**
 * Starts the bundle once, and runs further ones in this process, see {@link runInProcess}. With `TEST_BUNDLE=all` each
 * run is the bundle.
 */
export function bundleThenInProcess(): typeof runInProcess {
  let isNext = false;
  return (options) => {
    const start = isNext ? runInProcess : runAction;
    isNext = process.env.TEST_BUNDLE !== "all";
    return start(options);
  };
}

const withoutUndefined = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));

async function runIn({ main, env: given, paths }: ReturnType<typeof prepareRun>, options: ActionOptions) {
  const began = performance.now();
  const platform = detectPlatform(withoutUndefined(given));
  const { env } = platform;
  const folders = platform.folders?.(env) ?? {};
  let written = "";
  const log = platform.log({ write: (text) => (written += text) }, { isTerminal: false });
  const workspace = resolve(folders.workspace || paths.workspace);
  const temp = resolve(folders.temp || paths.temp);
  const world: World = {
    env,
    platform: process.platform,
    arch: process.arch,
    now: () => new Date(),
    log,
    workspace,
    temp,
    checkouts: folders.checkouts || undefined,
    toolCache: folders.toolCache || undefined,
    runnerFiles: platform.ownFiles?.(env).map((file) => resolve(workspace, file)),
    runFolder: mkdtempSync(join(temp, "image-gate-")),
    isAtTerminal: false,
    signal: AbortSignal.timeout(options.timeoutMs ?? 120_000),
  };
  const action = ACTIONS[basename(main)];
  if (action === undefined) throw new Error(`${main} is no action of ours`);
  const code = await action(world, await platform.open(world));
  const milliseconds = performance.now() - began;
  return { code, signal: null, figures: undefined, ...outcomeIn(written, paths), milliseconds };
}

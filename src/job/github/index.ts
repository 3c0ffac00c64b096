import { appendFileSync } from "node:fs";
import type { PlatformEntry } from "../job.ts";
import { workflowLog } from "./log.ts";

/** Variables that name the files through which a step talks to the runner, or reads the event. */
const RUNNER_FILES = ["OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY", "EVENT_PATH"];

/**
 * GitHub Actions. Any variable of GitHub's counts, since a runner may resemble GitHub's only in part. A run that was
 * mistaken for a terminal's would have no event, and so trust a stranger's pull request.
 */
export const github: PlatformEntry = {
  isHere: (env) => Object.keys(env).some((name) => name.startsWith("GITHUB_")),
  log: (env, out, colours) => (env.GITHUB_ACTIONS === "true" ? workflowLog(out, { colours }) : undefined),
  // The page of a job's log shows colours.
  showsColours: (env) => env.GITHUB_ACTIONS === "true",
  folders: (env) => ({
    workspace: env.GITHUB_WORKSPACE,
    temp: env.RUNNER_TEMP,
    checkouts: env.RUNNER_WORKSPACE,
    toolCache: env.RUNNER_TOOL_CACHE,
  }),
  ownFiles: (env) => RUNNER_FILES.flatMap((name) => env[`GITHUB_${name}`] || []),
  lastOutputs({ GITHUB_OUTPUT: file }, values) {
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
    if (file) appendFileSync(file, lines.join(""));
  },
  open: async (world) => (await import("./platform.ts")).githubPlatform(world),
};

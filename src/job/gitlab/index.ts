import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { tryOr } from "../../system/errors.ts";
import type { PlatformEntry } from "../job.ts";
import { writeOutputs } from "./outputs.ts";

/** The dotenv report in the project's folder that hands the outputs to later jobs. */
const OUTPUTS_FILE = "image-gate.env";

/** Variables that tell a job from a terminal. */
const OF_A_JOB = ["CI_JOB_ID", "CI_PROJECT_DIR", "CI_API_V4_URL"];

/** `gitlab-ci-local` runs jobs on a developer's machine, with all variables of a job and GITLAB_CI as `false`. */
function isLocalJob(env: Readonly<Record<string, string | undefined>>): boolean {
  return env.GITLAB_CI === "false" && OF_A_JOB.every((name) => env[name]);
}

/** `gitlab-ci-local` names a folder of the container. Without containers, that folder does not exist. */
function projectFolder({ CI_PROJECT_DIR: folder = "" }: Readonly<Record<string, string | undefined>>) {
  return existsSync(folder) ? folder : undefined;
}

/**
 * GitLab CI. Its runner sets GITLAB_CI in every job (GitLab's predefined variables). A job's log is plain text with
 * colours, so it uses the log of a terminal. Nothing else is loaded until the platform is opened.
 */
export const gitlab: PlatformEntry = {
  isHere: (env) => env.GITLAB_CI === "true" || isLocalJob(env),
  runsCommands: true,
  showsColours: () => true,
  folders: (env) => ({ workspace: projectFolder(env) }),
  ownFiles: (env) => [OUTPUTS_FILE, ...[env.CI_SERVER_TLS_CA_FILE ?? []].flat()],
  // Without the file, later jobs find no `pass` either.
  lastOutputs: (env, values) =>
    tryOr(() => void writeOutputs(resolve(projectFolder(env) ?? "", OUTPUTS_FILE), values), undefined),
  open: async (world) => (await import("./platform.ts")).gitlabPlatform(world, join(world.workspace, OUTPUTS_FILE)),
};

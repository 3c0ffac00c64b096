import { join } from "node:path";
import { tryOr } from "../../../system/errors.ts";
import { findProgram } from "../../../system/program-folders.ts";
import { type Allowance, type Decider, runDecider, type Start } from "./run.ts";

/** Docker Compose as the machine has it. */
export interface Compose extends Decider {
  /** What stands before its own arguments. */
  readonly before: readonly string[];
}

/**
 * What Compose makes of a project, or that it refuses: why can have values of `.env`, which may be secret. `unset`: it
 * can be because the host has variables or files of them that are not here.
 */
export type ComposeAnswer = { readonly config: unknown } | { readonly refused: "unset" | "wrong" };

/** Words of Compose (`compose-go`'s `template` and `dotenv`) about what the host may have. */
const UNSET =
  /variable is not set\. Defaulting to a blank string|required variable \S{1,200} is missing a value|(?:env|label) file \S[^\n]{0,4096} not found|Failed to load \S[^\n]{0,4096}: no such file or directory/;

/** Compose knows files elsewhere only with these. */
const NOTHING_REMOTE = { COMPOSE_EXPERIMENTAL_GIT_REMOTE: "false", COMPOSE_EXPERIMENTAL_OCI_REMOTE: "false" };

/**
 * The machine's Compose (from 2.0): a plugin that lies where the system has plugins of `docker`, or `docker-compose` on
 * the PATH. A plugin in somebody's HOME is not seen.
 */
export async function composeOf(allowance: Allowance): Promise<Compose | undefined> {
  for (const [program, before] of [
    ["docker", ["compose"]],
    ["docker-compose", []],
  ] as const) {
    const path = findProgram(program, allowance.world);
    if (path === undefined) continue;
    const name = [program, ...before].join(" ");
    const { code, stdout } = await runDecider({ name, path, args: [...before, "version", "--short"] }, allowance);
    const version = stdout.trim();
    if (code === 0 && /^(?:v?[2-9]\d*\.\d+\.\d+[\w.+-]{0,50}|dev)$/.test(version))
      return { name, path, version, before };
  }
  return undefined;
}

/**
 * What `compose config` makes of files, with all profiles. It sees no variable of the job: only what `.env` says.
 * @param folder relative to the workspace, as the files are
 */
export async function composeConfig(
  { name, path, before }: Compose,
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
  allowance: Allowance,
): Promise<ComposeAnswer> {
  const absolute = (file: string) => join(allowance.world.workspace, file);
  const args = [
    ...before,
    `--project-directory=${absolute(folder)}`,
    ...files.map((file) => `--file=${absolute(file)}`),
    "--profile=*",
    "config",
    "--format=json",
  ];
  const start: Start = { name, path, args, env: NOTHING_REMOTE };
  // Without it, a service's own variables (`env_file`) are looked up, which name no image. Older versions do not have
  // it.
  const result = await runDecider({ ...start, args: [...args, "--no-env-resolution"] }, allowance);
  const isOld = result.code !== 0 && result.stderr.includes("unknown flag");
  const answer = isOld ? await runDecider(start, allowance) : result;
  if (answer.code !== 0) return { refused: UNSET.test(answer.stderr) ? "unset" : "wrong" };
  return tryOr(() => ({ config: JSON.parse(answer.stdout) as unknown }), { refused: "wrong" });
}

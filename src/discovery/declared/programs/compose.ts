import { mkdirSync, realpathSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { z } from "zod";
import { orEmpty } from "../../../domain/json/null-as-empty.ts";
import { GateError, tryOr } from "../../../system/errors.ts";
import type { ProcessResult } from "../../../system/process.ts";
import { findProgram } from "../../../system/program-folders.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import { copyFiles } from "../files.ts";
import { type Allowance, type Decider, reasonOf, runDecider } from "./run.ts";

const mount = z.object({
  type: z.string().optional(),
  source: z.string().optional(),
  target: z.string().optional(),
});
const container = z.object({
  image: z.string().nullish(),
  volumes: z.array(z.union([mount, z.string()])).nullish(),
  command: z.unknown().optional(),
});
const service = container.extend({
  platform: z.string().nullish(),
  build: z.unknown().optional(),
  provider: z.unknown().optional(),
  profiles: z.array(z.string()).nullish(),
  pre_start: z.array(container).nullish(),
});
const configured = z.object({ name: z.string().optional(), services: orEmpty(z.record(z.string(), service), {}) });

/** A project as `docker compose config --format=json` writes it. */
export type Configured = z.infer<typeof configured>;
export type Service = z.infer<typeof service>;
export type Container = z.infer<typeof container>;

/** What Compose makes of a project. */
export interface ComposeAnswer {
  /** Absent: it refuses. */
  readonly config?: Configured | undefined;
  /** Why it refuses. It can have values of files of variables, which may be secret. */
  readonly reason?: string | undefined;
  /** Variables that are used somewhere in the project, and have neither a value nor a default. */
  readonly unset: ReadonlySet<string>;
  /** Some of what it lacks are variables, or files of them that a service has for itself. */
  readonly lacksVariables: boolean;
}

/** One question. */
interface Asked {
  /** Where it is run, relative to the workspace. */
  readonly folder: string;
  /** Relative to that folder; none: those that Compose finds by itself. */
  readonly files: readonly string[];
  readonly options?: readonly string[];
  /** Variables that it has besides. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Copies of the files that a project reads. */
export interface Copy {
  /** Absolute. No image has its name. */
  readonly root: string;
  /** The copy of the workspace, absolute. */
  readonly workspace: string;
}

/** Compose knows files elsewhere only with these. `.env` cannot change what is set. */
const NOTHING_REMOTE = {
  COMPOSE_EXPERIMENTAL_GIT_REMOTE: "false",
  COMPOSE_EXPERIMENTAL_OCI_REMOTE: "false",
  COMPOSE_ENV_FILES: "",
};

/**
 * The machine's Compose (from 2.0): a plugin that lies where the system has plugins of `docker`, or `docker-compose` on
 * the PATH (which `podman compose` starts, too). A plugin in a HOME is not seen.
 * @throws GateError `discovery-program-missing`
 */
export async function composeOf(allowance: Allowance): Promise<Decider> {
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
  throw new GateError(
    "discovery-program-missing",
    "There is neither `docker compose` nor `docker-compose` (from 2.0) on the PATH outside of the job's folders",
    "Install it on this machine. Or run `docker compose config --images > images.txt` where it is, and name that list by file:images.txt.",
  );
}

/** @param files relative to the workspace */
export function copyOf(files: Iterable<string>, { world }: Allowance): Copy {
  const root = realpathSync(privateFolder(world, "compose"));
  // The name of the folder is the default name of a project.
  const workspace = join(root, "copy", basename(world.workspace));
  mkdirSync(join(root, "home"));
  copyFiles(files, world.workspace, workspace);
  return { root, workspace };
}

/**
 * What `compose config` makes of a project, with all profiles. It sees the copies, and no variable of the job: only
 * what `.env` says.
 */
export async function composeConfig(
  { name, path, before }: Decider,
  { folder, files, options = [], variables = {} }: Asked,
  { root, workspace }: Copy,
  allowance: Allowance,
): Promise<ComposeAnswer> {
  const args = [
    ...before,
    ...files.map((file) => `--file=${file}`),
    "--profile=*",
    "config",
    "--format=json",
    ...options,
  ];
  const cwd = join(workspace, posix.normalize(folder));
  const start = { name, path, cwd, environment: { ...variables, HOME: join(root, "home"), ...NOTHING_REMOTE } };
  // Without it, a service's own variables (`env_file`) are looked up, which name no image. Older versions do not have
  // it.
  const result = await runDecider({ ...start, args: [...args, "--no-env-resolution"] }, allowance);
  const isOld = result.code !== 0 && result.stderr.includes("unknown flag");
  const { code, stdout, stderr } = isOld ? await runDecider({ ...start, args }, allowance) : result;
  // What Compose writes can be read again as a Compose file, with each dollar sign twice.
  const json = options.includes("--no-interpolate") ? stdout : stdout.replaceAll("$$", "$");
  const config = code === 0 ? tryOr(() => configured.parse(JSON.parse(json)), undefined) : undefined;
  const reason = code === 0 ? undefined : reasonIn({ code, stderr }, workspace);
  const unset = unsetIn(stderr);
  return { config, reason, unset, lacksVariables: unset.size > 0 || NO_FILE.test(stderr) };
}

function reasonIn({ code, stderr }: Pick<ProcessResult, "code" | "stderr">, workspace: string): string {
  const lines = stderr.replaceAll(`${workspace}/`, "").split("\n");
  return reasonOf({ code, stderr: lines.filter((line) => !line.startsWith("time=")).join("\n") });
}

/** Words of Compose about `env_file` of a service, which older versions read in any case. */
const NO_FILE = /env file \S[^\n]{0,4096} not found|Failed to load \S[^\n]{0,4096}: no such file or directory/;

/** Words of Compose (compose-go, `template`). */
function unsetIn(stderr: string): Set<string> {
  const warnings = stderr.matchAll(/The \\?"(\w+)\\?" variable is not set\. Defaulting to a blank string/g);
  const errors = stderr.matchAll(/required variable (\w+) is missing a value/g);
  return new Set([...warnings, ...errors].map(([, name = ""]) => name));
}

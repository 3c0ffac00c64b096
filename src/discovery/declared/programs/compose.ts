import { mkdtempSync } from "node:fs";
import { join, posix } from "node:path";
import { z } from "zod";
import { orEmpty } from "../../../domain/json/checked.ts";
import { compareDotted } from "../../../domain/versions/order.ts";
import { tryOr } from "../../../system/errors.ts";
import type { Copy } from "../files.ts";
import { type Allowance, type Decider, deciderOf, programMissing, reasonOf, runDecider } from "./run.ts";

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

/** One question. */
export interface ComposeQuestion {
  /** The folder in which it is run, relative to the workspace. */
  readonly folder: string;
  /** Relative to that folder. Empty: the files that Compose finds by itself. */
  readonly files: readonly string[];
  readonly options?: readonly string[];
  /** All variables that it has except HOME. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The first version that can answer without reading the variables of services. */
const LEAST = "2.25.0";

/**
 * The machine's Compose: a plugin in the system's folders for `docker`, or `docker-compose` on the PATH (which `podman
 * compose` starts, too). A plugin in a HOME is not seen.
 * @throws GateError `discovery-program-missing`
 */
export async function composeOf(allowance: Allowance): Promise<Decider> {
  const versionIn = (text: string) => (isFrom(LEAST, text.trim()) ? text.trim() : undefined);
  const found =
    (await deciderOf("docker compose", ["compose", "version", "--short"], allowance, versionIn)) ??
    (await deciderOf("docker-compose", ["version", "--short"], allowance, versionIn));
  if (found !== undefined) return found;
  throw programMissing(
    "There is neither `docker compose` nor `docker-compose` (from 2.25) on the PATH outside of the job's folders",
    "Install it on this machine. Or run `docker compose config --images > images.txt` where it is, and name that list by file:images.txt.",
  );
}

function isFrom(least: string, version: string): boolean {
  const [, number] = /^v?(\d+\.\d+\.\d+)[\w.+~-]{0,50}$/.exec(version) ?? [];
  return version === "dev" || (number !== undefined && compareDotted(number, least) >= 0);
}

/** Options that keep a newer version from reading the variables of services, which name no image. */
export function withoutEnvironments({ version }: Decider): readonly string[] {
  return isFrom("2.35.0", version) ? ["--no-env-resolution"] : [];
}

/**
 * Runs `compose config` on a project, with all profiles. It sees the copies, and no variable of the job.
 * @returns no `config` if Compose refuses. The reason, a colon before it, can contain values from files of variables,
 * which may be secret. `unset` are variables of resolved values that have neither a value nor a default.
 */
export async function composeConfig(
  compose: Decider,
  { folder, files, options = [], variables = {} }: ComposeQuestion,
  { root, workspace }: Copy,
  allowance: Allowance,
) {
  const named = files.map((file) => `--file=${file}`);
  const args = [...named, "--profile=*", "config", "--format=json", ...options];
  const cwd = join(workspace, posix.normalize(folder));
  // HOME is another folder for each question, so an image that depends on it differs between two answers.
  const environment = { ...variables, HOME: mkdtempSync(join(root, "home-")) };
  const { code, stdout, stderr } = await runDecider(compose, args, allowance, { cwd, environment });
  // Compose's output is a Compose file again, so each dollar sign in it is doubled.
  const json = options.includes(UNRESOLVED) ? stdout : stdout.replaceAll("$$", "$");
  const config = code === 0 ? tryOr(() => configured.parse(JSON.parse(json)), undefined) : undefined;
  const lines = stderr.replaceAll(`${workspace}/`, "").split("\n");
  const said = lines.filter((line) => !line.startsWith("time=")).join("\n");
  return { config, reason: code === 0 ? "" : `: ${reasonOf({ code, stderr: said })}`, unset: unsetIn(stderr) };
}

/** The option of `config` that leaves variables as they are written. */
export const UNRESOLVED = "--no-interpolate";

/** Compose's own message (compose-go, `template`). */
function unsetIn(stderr: string): Set<string> {
  const warnings = stderr.matchAll(/The \\?"(\w+)\\?" variable is not set\. Defaulting to a blank string/g);
  const errors = stderr.matchAll(/required variable (\w+) is missing a value/g);
  return new Set([...warnings, ...errors].map(([, name = ""]) => name));
}

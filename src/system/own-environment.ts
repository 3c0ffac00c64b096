import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ProgramWorld, programPath } from "./program-folders.ts";
import type { World } from "./world.ts";

// Parts of the environment that we build for a program: nothing is inherited unless its name is here or in the
// program's own list.

/** The variables that name a proxy, in both spellings, since programs read one or the other. */
export const PROXY_VARIABLES: readonly string[] = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"].flatMap(
  (name) => [name, name.toLowerCase()],
);

/** Variables that Windows' own libraries need. */
export const WINDOWS_VARIABLES: readonly string[] = ["SystemRoot", "windir", "ComSpec", "PATHEXT", "SystemDrive"];

/** The variables by which the clouds' own tools log in. */
export function cloudVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter((name) => /^(?:AWS|GOOGLE|AZURE|CLOUDSDK)_/.test(name));
}

/** The variables for a program that uses the network. */
export const NETWORK_VARIABLES: readonly string[] = [...PROXY_VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** The named variables that have a value, for a process that must see no others. */
export function handedOn(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/**
 * The named variables, and the variables of every program. By RUNNER_TRACKING_ID, the runner ends processes that a
 * killed step left behind (actions/runner, JobExtension.cs).
 */
export function inherited(
  { env, platform }: Pick<World, "env" | "platform">,
  names: readonly string[],
): Record<string, string> {
  return handedOn(env, ["RUNNER_TRACKING_ID", ...(platform === "win32" ? WINDOWS_VARIABLES : []), ...names]);
}

/**
 * The environment of a program: inherited variables, a PATH with folders that no job can fill, and folders of ours.
 * @param names of further variables that it inherits
 */
export function ownEnvironment(world: ProgramWorld, names: readonly string[] = []): Record<string, string> {
  return { ...inherited(world, names), PATH: programPath(world), ...ownFolders(world) };
}

function folder({ runFolder }: ProgramWorld, name: string): string {
  const path = join(runFolder, "private", name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** HOME, the temporary folder and the XDG folders: our own, below the run's folder, and empty at its beginning. */
export function ownFolders(world: ProgramWorld): Record<string, string> {
  const home = folder(world, "home");
  const temporary = folder(world, "tmp");
  const shared = {
    HOME: home,
    TMPDIR: temporary,
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_STATE_HOME: join(home, "state"),
  };
  if (world.platform !== "win32") return shared;
  return { ...shared, USERPROFILE: home, LOCALAPPDATA: home, APPDATA: home, TEMP: temporary, TMP: temporary };
}

/** The home of the runner's user, which our programs do not see. */
export function realHome({ env, platform }: Pick<World, "env" | "platform">): string | undefined {
  return (platform === "win32" ? env.USERPROFILE : env.HOME) || undefined;
}

/**
 * The environment of a program that finds the runner's login to a registry. Since HOME is not the real one, helpers
 * that keep secrets below it (`pass`, the desktop's keychains) do not work. The clouds' helpers get the paths of their
 * files.
 */
export function loginEnvironment(world: ProgramWorld, names: readonly string[]): Record<string, string> {
  const home = realHome(world);
  const docker = world.env.DOCKER_CONFIG || (home && join(home, ".docker"));
  return {
    ...ownEnvironment(world, [...NETWORK_VARIABLES, "REGISTRY_AUTH_FILE", ...cloudVariables(world.env), ...names]),
    ...(docker ? { DOCKER_CONFIG: docker } : noLogin(world)),
    ...cloudFiles(world),
  };
}

/** A Docker configuration without any login. */
export function noLogin(world: ProgramWorld): Record<string, string> {
  return { DOCKER_CONFIG: folder(world, "no-login") };
}

/**
 * Locates the clouds' files, which their tools expect below the real HOME. Variables that are already set take
 * precedence.
 */
function cloudFiles(world: ProgramWorld): Record<string, string> {
  const home = realHome(world);
  if (home === undefined) return {};
  const files: Record<string, string> = {
    AWS_SHARED_CREDENTIALS_FILE: join(home, ".aws", "credentials"),
    AWS_CONFIG_FILE: join(home, ".aws", "config"),
    CLOUDSDK_CONFIG: join(home, ".config", "gcloud"),
    AZURE_CONFIG_DIR: join(home, ".azure"),
  };
  return Object.fromEntries(Object.entries(files).filter(([name]) => !world.env[name]));
}

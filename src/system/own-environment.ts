import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cloudVariables, handedOn, PROXY_VARIABLES, WINDOWS_VARIABLES } from "./process.ts";
import { type ProgramWorld, programPath } from "./program-folders.ts";

// Parts of the environment that we build for a program: nothing is inherited unless its name is here or in the
// program's own list.

/**
 * Variables that each program gets. With the last, the runner ends processes that a killed step left behind
 * (actions/runner, JobExtension.cs).
 */
export const ALWAYS: readonly string[] = [...PROXY_VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR", "RUNNER_TRACKING_ID"];

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

/** The home of the runner's user, which programs that we start do not see. */
export function realHome({ env, platform }: ProgramWorld): string | undefined {
  return (platform === "win32" ? env.USERPROFILE : env.HOME) || undefined;
}

/** Locates the real Docker configuration: it is below the real HOME, which the program does not see. */
export function dockerConfig(world: ProgramWorld): Record<string, string> {
  if (world.env.DOCKER_CONFIG) return { DOCKER_CONFIG: world.env.DOCKER_CONFIG };
  const home = realHome(world);
  return home === undefined ? noLogin(world) : { DOCKER_CONFIG: join(home, ".docker") };
}

/**
 * The environment of a program that finds the runner's login to a registry. Since HOME is not the real one, helpers
 * that keep secrets below it (`pass`, the desktop's keychains) do not work. The clouds' helpers get the paths of their
 * files.
 */
export function loginEnvironment(world: ProgramWorld): Record<string, string> {
  const { env, platform } = world;
  const own = platform === "win32" ? WINDOWS_VARIABLES : [];
  const names = [...ALWAYS, ...own, "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE", ...cloudVariables(env)];
  return {
    ...handedOn(env, names),
    PATH: programPath(world),
    ...ownFolders(world),
    ...dockerConfig(world),
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
export function cloudFiles(world: ProgramWorld): Record<string, string> {
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

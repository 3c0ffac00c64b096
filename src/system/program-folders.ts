import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { tryOr } from "./errors.ts";
import { statusOf } from "./given-files.ts";
import type { World } from "./world.ts";

/** The facts that distinguish the machine's programs from the job's. */
export type ProgramWorld = Pick<World, "env" | "platform" | "runFolder" | "temp" | "workspace" | "checkouts">;

const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/**
 * The folders of the PATH from which our processes may start programs, in their order. The PATH may have a virtual
 * environment or `node_modules/.bin`, where a pull request can put a program of any name. So these folders are left
 * out:
 * - those in the workspace, alongside it (where further checkouts are) or in RUNNER_TEMP, after following links;
 * - relative and empty ones, which depend on the working folder;
 * - those that do not exist.
 */
export function programFolders(world: ProgramWorld): string[] {
  const isOfJob = jobsPlaces(world);
  return (world.env.PATH ?? DEFAULT_PATH)
    .split(delimiter)
    .filter((folder) => isRooted(folder, world) && isFolder(folder) && !isOfJob(folder));
}

/**
 * These folders as a value of PATH. Without any, it names a missing folder, since an empty PATH means the working
 * folder.
 */
export function programPath(world: ProgramWorld): string {
  return programFolders(world).join(delimiter) || join(world.runFolder, "no-programs");
}

/** The first program of this name in these folders that is not a link to a place of the job. */
export function findProgram(name: string, world: ProgramWorld): string | undefined {
  const isOfJob = jobsPlaces(world);
  const names = world.platform === "win32" ? [name, `${name}.exe`] : [name];
  return programFolders(world)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => isExecutable(path) && !isOfJob(path));
}

/** On Windows, `\tools` is not rooted: it depends on the current drive. */
function isRooted(folder: string, { platform }: ProgramWorld): boolean {
  if (platform !== "win32") return folder.startsWith("/");
  return isAbsolute(folder) && /^(?:[A-Za-z]:[\\/]|\\\\)/.test(folder);
}

/**
 * True if a path, as written or after following its links, is in a place that the job fills. Folders are compared by
 * device and inode, not by name, since a file system or a mount may allow several names for one folder.
 */
function jobsPlaces({ workspace, temp, runFolder, checkouts }: ProgramWorld): (path: string) => boolean {
  const named = [workspace, temp, runFolder, ...(checkouts ? [checkouts] : [])];
  const places = new Set(named.flatMap((path) => identity(path) ?? []));
  // Most folders of a PATH are below the same few.
  const known = new Map<string, boolean>();
  const isBelow = (path: string): boolean => {
    const above = dirname(path);
    const answer = known.get(path) ?? (places.has(identity(path) ?? "") || (above !== path && isBelow(above)));
    known.set(path, answer);
    return answer;
  };
  return (path) => tryOr(() => isBelow(resolve(path)) || isBelow(realpathSync(path)), true);
}

function identity(path: string): string | undefined {
  return tryOr(() => {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  }, undefined);
}

/** True if there is a folder. */
export function isFolder(path: string): boolean {
  return statusOf(path)?.isDirectory() === true;
}

function isExecutable(path: string): boolean {
  return tryOr(() => accessSync(path, constants.X_OK) === undefined && statSync(path).isFile(), false);
}

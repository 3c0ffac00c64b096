import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import type { World } from "./world.ts";

/** What is needed to tell a machine's programs from those of the job. */
export type ProgramWorld = Pick<World, "env" | "platform" | "runFolder" | "temp" | "workspace" | "checkouts">;

const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/**
 * The folders of the PATH from which a process of ours may start programs, in their order. A virtual environment or
 * `node_modules/.bin` may be on it, where a pull request can put a program of any name. So none is left that lies, links
 * followed, in the workspace, beside it where further checkouts are, or in RUNNER_TEMP; none that is relative or empty, which
 * means the working folder; and none that does not exist.
 */
export function programFolders(world: ProgramWorld): string[] {
  const isOfJob = jobsPlaces(world);
  return (world.env.PATH ?? DEFAULT_PATH)
    .split(delimiter)
    .filter((folder) => isRooted(folder, world) && isFolder(folder) && !isOfJob(folder));
}

/** The same as the variable PATH. Where none is left, it names a folder that is not there, as an empty PATH means the working folder. */
export function programPath(world: ProgramWorld): string {
  return programFolders(world).join(delimiter) || join(world.runFolder, "no-programs");
}

/** The first program of this name in those folders, unless it is a link to what the job may have brought. */
export function findProgram(name: string, world: ProgramWorld): string | undefined {
  const isOfJob = jobsPlaces(world);
  const names = world.platform === "win32" ? [name, `${name}.exe`] : [name];
  return programFolders(world)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => isExecutable(path) && !isOfJob(path));
}

/** On Windows `\tools` is a folder of whatever drive is current. */
function isRooted(folder: string, { platform }: ProgramWorld): boolean {
  if (platform !== "win32") return folder.startsWith("/");
  return isAbsolute(folder) && /^(?:[A-Za-z]:[\\/]|\\\\)/.test(folder);
}

/**
 * Whether a path, as it is written or with its links followed, lies in a place that the job fills. Folders are compared by
 * what they are, not by what they are called: a file system may take several spellings for one, and so may a mount.
 */
function jobsPlaces({ workspace, temp, runFolder, checkouts }: ProgramWorld): (path: string) => boolean {
  const named = [workspace, temp, runFolder, ...(checkouts ? [checkouts] : [])];
  const places = new Set(named.flatMap((path) => identity(path) ?? []));
  const isBelow = (path: string): boolean => {
    for (let at = path; ; at = dirname(at)) {
      const here = identity(at);
      if (here !== undefined && places.has(here)) return true;
      if (dirname(at) === at) return false;
    }
  };
  return (path) => {
    try {
      return isBelow(resolve(path)) || isBelow(realpathSync(path));
    } catch {
      return true;
    }
  };
}

function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { tryOr } from "../system/errors.ts";
import { isWithin } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

/**
 * Longest file name, in bytes, that file systems accept. The file system itself cannot be asked, as the report's folder
 * might not exist yet.
 */
const LONGEST_NAME = 255;

type Folders = Pick<World, "workspace" | "temp"> & Partial<Pick<World, "isAtTerminal" | "runnerFiles">>;

/** Git's and GitHub's own folders. Windows drops dots and blanks at the end of a name, and everything after a colon. */
const UNTOUCHED = /^\.git(?:hub)?[. ]*(?::|$)/i;

/**
 * The path of a report: absolute, and below the workspace or RUNNER_TEMP. No folder on the way is a symbolic link,
 * since a pull request can create links. It is neither a folder nor a device; a link in its place is replaced itself.
 * At a terminal a path may lead out, since the user typed it. Links there are the user's own.
 */
export type OutputPath = { readonly path: string } | { readonly wrong: string };

/** Checks what exists now and creates nothing. `wrong` is a clause about the path, such as `is a folder`. */
export function outputPath(given: string, folders: Folders): OutputPath {
  const path = resolve(folders.workspace, given);
  const root = rootOf(path, folders);
  if (root === undefined && folders.isAtTerminal !== true)
    return { wrong: "is outside of the workspace and the folder for temporary files" };
  if (path === root || /[/\\]\.{0,2}$/.test(given)) return { wrong: "is a folder" };
  const parts = (root === undefined ? path : relative(root, path)).split(sep);
  if (parts.some((part) => UNTOUCHED.test(part))) return { wrong: "is in `.git/` or `.github/`" };
  if (belongsToRunner(path, folders)) return { wrong: "belongs to the machine that runs the job" };
  if (parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME)) return { wrong: "has too long a name" };
  const wrong = root === undefined ? wrongAt(path, path, statSync) : wrongOnTheWay(root, parts);
  return wrong === undefined ? { path } : { wrong };
}

/** Files of the runner itself in RUNNER_TEMP begin with an underscore: `_runner_file_commands`, … */
function belongsToRunner(path: string, { workspace, temp, runnerFiles = [] }: Folders): boolean {
  const own = new Set(runnerFiles.flatMap(waysTo).map(keyOf));
  if (waysTo(path).some((way) => own.has(keyOf(way)))) return true;
  return waysTo(resolve(temp)).some(
    (folder) => relative(folder, path).startsWith("_") && !(isWithin(folder, workspace) && isWithin(workspace, path)),
  );
}

/** The path, and the path behind its links. */
export function waysTo(path: string): string[] {
  return tryOr(() => [path, realpathSync.native(path)], [path]);
}

/** The same key for all spellings that a file system may accept for one file. */
export function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function wrongOnTheWay(root: string, parts: readonly string[]): string | undefined {
  for (const index of parts.keys()) {
    const way = parts.slice(0, index + 1).join(sep);
    const wrong = wrongAt(resolve(root, way), way, lstatSync, index === parts.length - 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** True if an absolute path is below the workspace or RUNNER_TEMP, where links may be a stranger's. */
export function isOfTheRun(path: string, folders: Folders): boolean {
  return rootOf(path, folders) !== undefined;
}

/**
 * The folder that the path must stay in. If one of the two folders is in the other, this is the inner one. Links
 * above it were not made by a stranger.
 */
function rootOf(path: string, { workspace, temp }: Folders): string | undefined {
  return [workspace, temp]
    .flatMap((folder) => [resolve(folder), real(folder)])
    .filter((folder) => isWithin(folder, path))
    .sort((a, b) => b.length - a.length)[0];
}

function real(folder: string): string {
  return tryOr(() => realpathSync(folder), resolve(folder));
}

/** The reason why the thing at a path is in the way, as a clause. Undefined: it is not, or nothing is there. */
function wrongAt(path: string, way: string, look: typeof lstatSync, isLast = true): string | undefined {
  let status: Stats | undefined;
  try {
    status = look(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENAMETOOLONG" ? "has too long a name" : `cannot be looked at (${code})`;
  }
  if (status === undefined) return undefined;
  const name = JSON.stringify(way.split(sep).join("/"));
  if (status.isSymbolicLink()) return isLast ? undefined : `leads through the symbolic link ${name}`;
  if (!isLast) return status.isDirectory() ? undefined : `leads through ${name}, which is not a folder`;
  if (status.isDirectory()) return "is a folder";
  return status.isFile() ? undefined : "is not a regular file";
}

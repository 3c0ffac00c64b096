import { lstatSync, realpathSync, type Stats } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { isWithin } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

/** Of a file, in bytes: what file systems take. The folder that it is to lie in may not be there yet to ask. */
const LONGEST_NAME = 255;

type Folders = Pick<World, "workspace" | "temp">;

/**
 * Where a report goes: absolute, below the workspace or RUNNER_TEMP, through no symbolic link, and neither a folder nor a
 * device. A pull request can make links; a report must not be written to where one leads.
 */
export type OutputPath = { readonly path: string } | { readonly wrong: string };

/** Looks at what is there now; nothing is made. `wrong` is a clause about the path, such as `is a folder`. */
export function outputPath(given: string, folders: Folders): OutputPath {
  const path = resolve(folders.workspace, given);
  const root = rootOf(path, folders);
  if (root === undefined) return { wrong: "lies outside the workspace and RUNNER_TEMP" };
  if (path === root || /[/\\]\.{0,2}$/.test(given)) return { wrong: "is a folder" };
  const parts = relative(root, path).split(sep);
  if (parts.some((part) => part.toLowerCase() === ".git")) return { wrong: "lies in Git's own folder" };
  if (parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME)) return { wrong: "has too long a name" };
  let at = root;
  for (const [index, part] of parts.entries()) {
    at = resolve(at, part);
    const status = statusOf(at);
    if (status === undefined) break;
    const wrong = "wrong" in status ? status.wrong : wrongAt(status, index === parts.length - 1, relative(root, at));
    if (wrong !== undefined) return { wrong };
  }
  return { path };
}

/** The folder that it must stay in; of two, one within the other, the inner. Links above it are not a stranger's. */
function rootOf(path: string, { workspace, temp }: Folders): string | undefined {
  return [workspace, temp]
    .flatMap((folder) => [resolve(folder), real(folder)])
    .filter((folder) => isWithin(folder, path))
    .sort((a, b) => b.length - a.length)[0];
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

function statusOf(path: string): Stats | { readonly wrong: string } | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { wrong: code === "ENAMETOOLONG" ? "has too long a name" : `cannot be looked at (${code})` };
  }
}

function wrongAt(status: Stats, isLast: boolean, way: string): string | undefined {
  const name = JSON.stringify(way.split(sep).join("/"));
  if (status.isSymbolicLink()) return isLast ? "is a symbolic link" : `leads through the symbolic link ${name}`;
  if (!isLast) return status.isDirectory() ? undefined : `leads through ${name}, which is no folder`;
  if (status.isDirectory()) return "is a folder";
  return status.isFile() ? undefined : "is no regular file";
}

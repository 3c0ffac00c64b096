import {
  copyFileSync,
  cpSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { compileGlob } from "../../domain/policy/glob.ts";
import { GateError, tryOr } from "../../system/errors.ts";
import { type GivenFile, isWithin, readGivenFile, realGivenPath, statusOf } from "../../system/given-files.ts";
import { isFolder } from "../../system/program-folders.ts";
import { privateFolder, removedAtEnd } from "../../system/store/private-file.ts";
import type { World } from "../../system/world.ts";
import { fault, shown, tooLarge } from "../fault.ts";
import type { Gathering } from "../gather.ts";

/** The largest file that is read. The largest manifests in use, with all definitions of an operator, have 2 MiB. */
const MAX_FILE_MIB = 4;
/** Number of files of one source. */
const MAX_FILES = 5000;
const MAX_TOTAL_MIB = 32;
/** Maximum number of names of folders and files that are compared with a pattern. */
const MAX_ENTRIES = 200_000;
/** Of all copies that one source needs. */
const MAX_COPIED_MIB = 256;
const MIB = 1024 * 1024;

/** No tool has its own files there, and both can be huge. A pattern that names one of them still looks into it. */
const SKIPPED = new Set([".git", "node_modules"]);

type Folders = Pick<World, "workspace" | "temp">;

/** The files that one source may read: in the workspace, and bounded in number and size together. Each is read once. */
export type SourceFiles = ReturnType<typeof sourceFiles>;

/**
 * Files of the workspace only: a Compose file must not name a file that a step left in RUNNER_TEMP.
 * @param what such a file in messages: `Compose file`
 */
export function sourceFiles(what: string, { workspace }: Pick<World, "workspace">) {
  const folders = { workspace, temp: workspace };
  const known = new Map<string, string>();
  let bytes = 0;
  return {
    /** @throws GateError `file-…`, `discovery-git-file`, `discovery-too-large` */
    text(path: string): string {
      const read = known.get(path);
      if (read !== undefined) return read;
      if (known.size === MAX_FILES) throw tooLarge(`reads more than ${MAX_FILES} files`);
      const text = readBytes(what, path, folders).toString();
      bytes += text.length;
      if (bytes > MAX_TOTAL_MIB * MIB) throw tooLarge(`reads more than ${MAX_TOTAL_MIB} MiB`);
      known.set(path, text);
      return text;
    },
    /**
     * True if a file may be read, without reading it: it is a file of the workspace, links followed.
     * @throws GateError `file-…`, `discovery-git-file`
     */
    require: (path: string) => requireReadable({ what, path }, folders),
    exists: (path: string) => statusOf(resolve(workspace, path)) !== undefined,
    isFolder: (path: string) => isFolder(resolve(workspace, path)),
    /** The same file or folder by its own name, links followed. One that leads out of the workspace stays as it is. */
    real(path: string): string {
      const [root, real] = [realFolder(workspace), realFolder(resolve(workspace, path))];
      if (root === undefined || real === undefined || !isWithin(root, real)) return path;
      return relative(root, real).split(sep).join("/") || ".";
    },
  };
}

/**
 * The bytes of a file in the workspace or in RUNNER_TEMP.
 * @throws GateError `file-…`, `discovery-git-file`
 */
export function readBytes(what: string, path: string, folders: Folders): Buffer {
  const given = { what, path, maxBytes: MAX_FILE_MIB * MIB };
  requireReadable(given, folders);
  return readGivenFile(given, folders);
}

function requireReadable(given: GivenFile, folders: Folders): void {
  if (realGivenPath(given, folders).split(sep).some(isGit))
    throw fault(
      "discovery-git-file",
      `The ${given.what} ${shown(given.path)} is in .git, where a checkout may have left a token`,
    );
}

/** Some file systems ignore case. */
function isGit(name: string): boolean {
  return name.toLowerCase() === ".git";
}

/** A copy of a part of the workspace, for a program that must find no other files. The end of the block removes it. */
export type Copy = ReturnType<typeof copyOf>;

/**
 * Copies files of the workspace, links followed, and whole folders except `.git`. In a folder, a link that leads out of
 * the workspace leads nowhere. For Kustomize, links to folders stay links, and `node_modules` is left out: it refuses a
 * named file that is missing, while Helm renders whatever exists.
 * @returns absolute and without links: a private folder whose name occurs in no image, and the workspace's copy in it,
 * after which Compose names a project
 * @throws GateError `discovery-too-large`, `file-unreadable`
 */
export function copyOf(
  paths: Iterable<string>,
  world: Pick<World, "workspace" | "runFolder">,
  { isForKustomize = false } = {},
) {
  const root = realpathSync(privateFolder(world, "copy"));
  const workspace = join(root, "copy", basename(world.workspace));
  copyInto(workspace, [...paths], isForKustomize, realpathSync(world.workspace));
  return { root, workspace, ...removedAtEnd(root) };
}

function copyInto(into: string, paths: readonly string[], isForKustomize: boolean, root: string): void {
  let [entries, left] = [0, MAX_COPIED_MIB * MIB];
  const copied = new Set<string>();
  const count = (bytes: number) => {
    left -= bytes;
    if (++entries > MAX_ENTRIES || left < 0)
      throw tooLarge(`needs copies of more than ${MAX_ENTRIES} files, or of more than ${MAX_COPIED_MIB} MiB`);
  };
  const isToBeWalked = (path: string) => isFolder(join(root, path));
  for (const file of paths.filter((path) => !isToBeWalked(path))) {
    const to = join(into, file);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(join(root, file), to);
    count(statSync(to).size);
    copied.add(join(root, file));
  }
  const filter = (from: string, to: string) => {
    const status = lstatSync(from);
    const name = basename(from).toLowerCase();
    if (copied.has(from) || (isForKustomize ? SKIPPED.has(name) : isGit(name))) return false;
    copied.add(from);
    count(status.size);
    if (!status.isSymbolicLink()) return status.isDirectory() || status.isFile();
    const real = realFolder(from);
    const isInside = real !== undefined && isWithin(root, real) && !isAbsolute(readlinkSync(from));
    if (isInside && (isForKustomize || !isFolder(from))) return true;
    symlinkSync(`${into}-no-such-file`, to);
    return false;
  };
  try {
    for (const folder of paths.filter(isToBeWalked)) {
      mkdirSync(join(into, folder), { recursive: true });
      cpSync(join(root, folder), join(into, folder), { recursive: true, verbatimSymlinks: true, filter });
    }
  } catch (cause) {
    if (cause instanceof GateError || (cause as NodeJS.ErrnoException).code !== "EACCES") throw cause;
    throw unreadable((cause as NodeJS.ErrnoException).path ?? "", cause);
  }
}

function unreadable(folder: string, cause: unknown): GateError {
  return fault("file-unreadable", `The folder ${shown(folder)} cannot be read`, cause);
}

/**
 * The files of the workspace that match a glob (domain/policy/glob.ts has the syntax), sorted. A pattern with `*` or
 * `?` matches only files that `isWanted`. Below its first `*`, links to folders are not followed: `kubectl` does not
 * follow them, either.
 * @throws GateError `discovery-nothing-found`, `discovery-too-large`
 */
export function matchingFiles(
  glob: string,
  isWanted: (path: string) => boolean,
  { workspace }: Folders,
  found: Gathering,
): string[] {
  const start = literalStart(glob);
  if (start === glob) return [posix.normalize(glob)];
  const isMatch = compileGlob(glob);
  const depth = glob.includes("**") ? Number.POSITIVE_INFINITY : glob.split("/").length;
  const files = filesBelow(posix.normalize(start || "."), depth, realpathSync(workspace), found);
  const matching = [...files].filter((path) => isMatch(path) && isWanted(path));
  if (matching.length > 0) return matching.sort();
  throw fault("discovery-nothing-found", `No file matches ${shown(glob)}`);
}

/** The folders of a pattern before the first one with `*` or `?`. The whole pattern if there is none. */
function literalStart(glob: string): string {
  const parts = glob.split("/");
  const first = parts.findIndex((part) => /[*?]/.test(part));
  return first === -1 ? glob : parts.slice(0, first).join("/");
}

function* filesBelow(start: string, depth: number, root: string, found: Gathering): Generator<string> {
  if (!isInside(start, root)) return leaveOut(start, root, found);
  const open = [start];
  let entries = 0;
  for (const folder of open)
    for (const entry of namesIn(root, folder, found)) {
      if (++entries > MAX_ENTRIES)
        throw tooLarge(`has patterns that look at more than ${MAX_ENTRIES} files and folders`);
      const path = posix.join(folder, entry.name);
      const isLinked = entry.isSymbolicLink() && isFolder(join(root, path));
      if (!entry.isDirectory() && !isLinked) yield path;
      else if (SKIPPED.has(entry.name) || path.split("/").length >= depth) continue;
      else if (isLinked) leaveOut(path, root, found);
      else open.push(path);
    }
}

function isInside(path: string, root: string): boolean {
  return isWithin(root, realFolder(join(root, path)) ?? root);
}

/** Leaves out a link to a folder. A link into the workspace is an error, since images would be missing silently. */
function leaveOut(path: string, root: string, found: Gathering): void {
  const what = "A pattern does not follow links to folders";
  if (isInside(path, root)) found.problem(fault("discovery-remote", `${what}: ${shown(path)}`));
  else found.note(what, path);
}

function realFolder(path: string): string | undefined {
  return tryOr(() => realpathSync(path), undefined);
}

function namesIn(root: string, folder: string, found: Gathering): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (cause) {
    if (!/^(?:ENOTDIR|ENOENT)$/.test((cause as NodeJS.ErrnoException).code ?? ""))
      found.problem(unreadable(folder, cause));
    return [];
  }
}

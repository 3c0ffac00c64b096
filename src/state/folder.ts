import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { StateChange, StateSnapshot, StateStore, StateWritten } from "../platforms/platform.ts";
import { GateError, tryOr } from "../system/errors.ts";
import { isWithin, openUnlinked, writePieces } from "../system/given-files.ts";
import { whileLocked } from "../system/store/lock.ts";
import type { World } from "../system/world.ts";
import { INDEX_PATH, isStatePath, sha256 } from "./layout.ts";

/** A larger folder is not Image Gate's state, or is meant to fill the memory. */
const MAX_FILE_BYTES = 64 << 20;
const MAX_TOTAL_BYTES = 2 ** 30;
const MAX_FILES = 50_000;

/** Folders of the state that have files of their own. */
const PARTS = ["images", "sboms"];
/** A write that is complete but not yet in place. It counts as done: the next run puts it in place. */
const COMMITTED = ".committed";
/** A write that is not complete. It counts for nothing. */
const STARTED = ".started";
/** Within them: the paths to remove, one a line. */
const REMOVED = "removed.txt";

type FolderWorld = Pick<World, "workspace" | "temp" | "signal" | "log">;

/**
 * The state in a folder (`state-dir`), for platforms without a branch to write to. All of a change becomes visible, or
 * nothing of it, even if the process or the machine dies meanwhile. Of two runs at once, the later one learns that the
 * state moved.
 * @param path as the user wrote it: absolute, or relative to the workspace
 */
export function stateFolder(path: string, world: FolderWorld): StateStore {
  const label = `the folder ${path}`;
  return {
    label,
    readOnlyBecause: async () => undefined,
    read: async () => {
      const folder = realFolder(path, world);
      if (folder === undefined) return { files: new Map() };
      return locked(folder, label, world, () => {
        putInPlace(folder, path);
        return readAll(folder, path);
      });
    },
    write: async (change) => {
      const folder = madeFolder(path, world);
      return locked(folder, label, world, () => write(folder, path, change));
    },
  };
}

function locked<T>(folder: string, label: string, world: FolderWorld, work: () => T): Promise<T> {
  const request = { folder, name: "state", what: label, doing: "writing", waitMs: 60_000 };
  return whileLocked(request, world, async () => work());
}

/** The folder without links. Undefined if there is none yet. */
function realFolder(path: string, { workspace, temp }: FolderWorld): string | undefined {
  const wanted = resolve(workspace, path);
  let there = wanted;
  while (!isThere(there, path)) there = dirname(there);
  const real = realpathSync(there);
  // A path that leaves the workspace by its own text was meant to. A link in the repository was not.
  for (const root of [workspace, temp])
    if (isWithin(root, there) && !isWithin(realpathSync(root), real))
      throw unusable(path, "is, or lies behind, a link that leads out of the workspace");
  if (there !== wanted) return undefined;
  if (!lstatSync(real).isDirectory()) throw unusable(path, "is no folder");
  for (const part of PARTS) {
    const at = join(real, part);
    if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() === false)
      throw unusable(path, `has ${part}, which is a link or no folder`);
  }
  return real;
}

/** What may not be looked at could have the history, which would seem to be empty; so could what a link leads to. */
function isThere(at: string, path: string): boolean {
  try {
    statSync(at);
    return true;
  } catch (cause) {
    const { code = "unknown error" } = cause as NodeJS.ErrnoException;
    if (code === "ELOOP" || tryOr(() => lstatSync(at).isSymbolicLink(), false))
      throw unusable(path, "is, or lies behind, a link that leads nowhere", { cause });
    if (code !== "ENOENT" && code !== "ENOTDIR") throw unusable(path, `cannot be read (${code})`, { cause });
    return false;
  }
}

function madeFolder(path: string, world: FolderWorld): string {
  try {
    realFolder(path, world);
    makeFolders(resolve(world.workspace, path));
    const folder = realFolder(path, world) as string;
    accessSync(folder, constants.W_OK);
    for (const part of PARTS) mkdirSync(join(folder, part), { recursive: true, mode: 0o755 });
    return folder;
  } catch (cause) {
    throw asUnusable(path, cause);
  }
}

/** One after the other: Node's `recursive` never ends if a folder cannot be made in one that exists (/proc). */
function makeFolders(path: string): void {
  const missing: string[] = [];
  for (let at = path; !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const at of missing)
    try {
      mkdirSync(at, { mode: 0o755 });
    } catch (cause) {
      // Another run may have made it meanwhile.
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    }
}

function readAll(folder: string, path: string): StateSnapshot {
  const files = new Map<string, Buffer>();
  const names = [INDEX_PATH, ...PARTS.flatMap((part) => listed(folder, part, path))].filter(isStatePath);
  if (names.length > MAX_FILES) throw unreadable(path, `it has more than ${MAX_FILES} files`);
  let total = 0;
  for (const name of names) {
    const content = readOne(join(folder, name), path);
    if (content === undefined) continue;
    total += content.length;
    if (total > MAX_TOTAL_BYTES) throw unreadable(path, `it has more than ${MAX_TOTAL_BYTES} bytes`);
    files.set(name, content);
  }
  const index = files.get(INDEX_PATH);
  return { revision: index && sha256(index), files, isOpenToAll: isOpenToAll(folder, names) };
}

/**
 * Whether everybody on this machine may change what lies there. In the folders above, the sticky bit prevents it: what
 * is there cannot be replaced. Windows has no such bits.
 */
function isOpenToAll(folder: string, names: readonly string[]): boolean {
  if (process.geteuid === undefined) return false;
  const modeOf = (at: string) => lstatSync(at, { throwIfNoEntry: false })?.mode ?? 0;
  const own = ["", ...PARTS, COMMITTED, ...names].map((name) => modeOf(join(folder, name)));
  if (own.some((mode) => (mode & 0o002) !== 0)) return true;
  for (let at = dirname(folder); ; at = dirname(at)) {
    if ((modeOf(at) & 0o1002) === 0o002) return true;
    if (dirname(at) === at) return false;
  }
}

function listed(folder: string, part: string, path: string): string[] {
  try {
    return readdirSync(join(folder, part)).map((name) => `${part}/${name}`);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unreadable(path, `${part} cannot be listed`, cause);
  }
}

/** Undefined if there is no such file. A link counts as damage: we write none. */
function readOne(file: string, path: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openUnlinked(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, `a file of it cannot be opened, or is a link`, cause);
  }
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile() || found.size > MAX_FILE_BYTES)
      throw unreadable(path, "a file of it is no regular one, or too large");
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function write(folder: string, path: string, change: StateChange): StateWritten {
  const started = join(folder, STARTED);
  try {
    putInPlace(folder, path);
    const index = readOne(join(folder, INDEX_PATH), path);
    if ((index && sha256(index)) !== change.base.revision) return { moved: true };
    rmSync(started, { recursive: true, force: true });
    for (const part of ["", ...PARTS]) mkdirSync(join(started, part), { recursive: true });
    for (const [name, content] of change.put) writeDurably(join(started, name), content);
    writeDurably(join(started, REMOVED), Buffer.from(change.remove.join("\n")));
    renameSync(started, join(folder, COMMITTED));
    putInPlace(folder, path);
    const written = change.put.get(INDEX_PATH) ?? index;
    return { revision: written && sha256(written), at: path };
  } catch (cause) {
    discard(started);
    throw asUnusable(path, cause);
  }
}

/** What is not complete would only take the space of the next write. */
function discard(started: string): void {
  try {
    rmSync(started, { recursive: true, force: true });
  } catch {
    // The next write removes it.
  }
}

/** Finishes a write that is complete. It may be done again after it was interrupted. */
function putInPlace(folder: string, path: string): void {
  const committed = join(folder, COMMITTED);
  if (lstatSync(committed, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  try {
    const removed = readOne(join(committed, REMOVED), path)?.toString("utf8").split("\n") ?? [];
    for (const name of removed.filter(isStatePath)) rmSync(join(folder, name), { force: true });
    const names = PARTS.flatMap((part) => listed(committed, part, path)).filter(isStatePath);
    for (const part of PARTS) mkdirSync(join(folder, part), { recursive: true });
    for (const name of [...names, INDEX_PATH])
      if (existsSync(join(committed, name))) renameSync(join(committed, name), join(folder, name));
    rmSync(committed, { recursive: true, force: true });
  } catch (cause) {
    throw asUnusable(path, cause);
  }
}

function writeDurably(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writePieces(file, [content], { flags: "wx", mode: 0o644, isDurable: true });
}

function asUnusable(path: string, cause: unknown): GateError {
  if (cause instanceof GateError) return cause;
  const { code = "unknown error" } = cause as NodeJS.ErrnoException;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return isFull
    ? unusable(path, "has no space left", {
        cause,
        remedy: "Free some space there; what was written before is as it was.",
      })
    : unusable(path, `cannot be written (${code})`, { cause });
}

function unusable(
  path: string,
  what: string,
  {
    cause,
    remedy = "Name a folder that this run may write, or one that does not exist yet.",
  }: { readonly cause?: unknown; readonly remedy?: string } = {},
): GateError {
  return new GateError("state-folder-unusable", `The folder ${JSON.stringify(path)} of state-dir ${what}`, remedy, {
    cause,
  });
}

function unreadable(path: string, what: string, cause?: unknown): GateError {
  return new GateError(
    "state-unreadable",
    `The history in the folder ${JSON.stringify(path)} could not be read: ${what}`,
    "Nothing was written over. Check what lies there and who may read it; an empty folder begins a new history.",
    { cause },
  );
}

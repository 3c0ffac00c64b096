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
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { StateChange, StateSnapshot, StateStore, StateWritten } from "../forge/forge.ts";
import { GateError, tryOr } from "../system/errors.ts";
import { isWithin, openUnlinked, replaceWhole } from "../system/given-files.ts";
import { whileLocked } from "../system/store/lock.ts";
import type { World } from "../system/world.ts";
import { INDEX_PATH, indexSchema, MAX_BYTES, readStored, type StateIndex, sha256 } from "./documents.ts";

/** A larger folder is not Image Gate's state, or is meant to fill the memory. */
const MAX_TOTAL_BYTES = 2 ** 30;
const MAX_FILES = 50_000;

/** The folder of the files that the index lists, each named by its SHA-256. */
const OBJECTS = "objects";
/**
 * The folders in which earlier releases had the files by name. They are read once, and written to {@link OBJECTS}.
 */
const FORMER = ["images", "sboms"];
/** A name in {@link OBJECTS}, also of an interrupted write. Every other file there belongs to the user. */
const OBJECT = /^(?:[0-9a-f]{64}|\.image-gate-[0-9a-f]{12})$/;

const DURABLY = { mode: 0o644, isDurable: true } as const;

type FolderWorld = Pick<World, "workspace" | "temp" | "signal" | "log">;
type Lock = "held" | "not-held";

/**
 * The state in a folder (`state-dir`), for platforms without a branch to write to. All of a change becomes visible or
 * none of it, even if the process or the machine dies meanwhile. Of two runs at once, the later one learns that the
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
      return locked(folder, label, world, () => readAll(folder, path));
    },
    write: async (change) => {
      const folder = madeFolder(path, world);
      return locked(folder, label, world, (lock) => write(folder, path, change, lock));
    },
  };
}

function locked<T>(folder: string, label: string, world: FolderWorld, work: (lock: Lock) => T): Promise<T> {
  const request = { folder, name: "state", doing: `writing ${label}`, waitMs: 60_000 };
  return whileLocked(request, world, async (lock) => work(lock));
}

/** The folder without links. Undefined if there is none yet. */
function realFolder(path: string, { workspace, temp }: FolderWorld): string | undefined {
  const wanted = resolve(workspace, path);
  let there = wanted;
  while (!isThere(there, path)) there = dirname(there);
  const real = realpathSync(there);
  // A path may leave the workspace by its own text, since the user wrote it. A link in the repository must not.
  for (const root of [workspace, temp])
    if (isWithin(root, there) && !isWithin(realpathSync(root), real))
      throw unusable(path, "is, or is behind, a link that leads out of the workspace");
  if (there !== wanted) return undefined;
  if (!lstatSync(real).isDirectory()) throw unusable(path, "is not a folder");
  for (const part of [OBJECTS, ...FORMER])
    if (lstatSync(join(real, part), { throwIfNoEntry: false })?.isDirectory() === false)
      throw unusable(path, `has ${part}, which is a link or no folder`);
  return real;
}

/** Throws if the place cannot be looked at, or if a link leads nowhere. The history could be there and seem empty. */
function isThere(at: string, path: string): boolean {
  try {
    statSync(at);
    return true;
  } catch (cause) {
    const { code = "unknown error" } = cause as NodeJS.ErrnoException;
    if (code === "ELOOP" || tryOr(() => lstatSync(at).isSymbolicLink(), false))
      throw unusable(path, "is, or is behind, a link that leads nowhere", { cause });
    if (code !== "ENOENT" && code !== "ENOTDIR") throw unusable(path, `cannot be read (${code})`, { cause });
    return false;
  }
}

function madeFolder(path: string, world: FolderWorld): string {
  try {
    realFolder(path, world);
    makeFolder(join(resolve(world.workspace, path), OBJECTS));
    const folder = realFolder(path, world) as string;
    accessSync(folder, constants.W_OK);
    requireLock(folder, path);
    return folder;
  } catch (cause) {
    throw asUnusable(path, cause);
  }
}

/** Two users who share the folder cannot lock it against each other: only the user who made the lock may take it. */
function requireLock(folder: string, path: string): void {
  const locks = join(folder, "locks");
  if (!existsSync(locks) || tryOr(() => readdirSync(locks).length >= 0, false)) return;
  throw unusable(path, "cannot be locked by this user, since another one has locked it before", {
    remedy: "Let all runs that share the folder use the same user, or give each user a folder.",
  });
}

/** One after the other: Node's `recursive` never ends if a folder cannot be made in one that exists (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o755 });
  } catch (cause) {
    // Another run may have made it meanwhile.
    if (!existsSync(path)) throw cause;
  }
}

function readAll(folder: string, path: string): StateSnapshot {
  const files = new Map<string, Buffer>();
  const places: string[] = [];
  let total = 0;
  const read = (name: string, place: string) => {
    const content = readOne(join(folder, place), path);
    if (content === undefined) return undefined;
    total += content.length;
    if (total > MAX_TOTAL_BYTES) throw unreadable(path, `it has more than ${MAX_TOTAL_BYTES} bytes`);
    files.set(name, content);
    places.push(place);
    return content;
  };
  const index = read(INDEX_PATH, INDEX_PATH);
  const listed = Object.entries(filesOf(index));
  if (listed.length > MAX_FILES) throw unreadable(path, `it has more than ${MAX_FILES} files`);
  for (const [name, hash] of listed) if (read(name, join(OBJECTS, hash)) === undefined) read(name, name);
  return { revision: index && sha256(index), files, isOpenToAll: isOpenToAll(folder, places) };
}

/** The files that an index lists. Empty if it cannot be understood: the reader of the history reports that. */
function filesOf(index: Buffer | undefined): StateIndex["files"] {
  return tryOr(() => (index === undefined ? {} : readStored(index, indexSchema, INDEX_PATH, "").files), {});
}

/**
 * True if every account on this machine can change these places. In the folders above, the sticky bit prevents it,
 * since entries there cannot be replaced. Windows has no such bits.
 */
function isOpenToAll(folder: string, places: readonly string[]): boolean {
  if (process.geteuid === undefined) return false;
  const modeOf = (at: string) => lstatSync(at, { throwIfNoEntry: false })?.mode ?? 0;
  const folders = places.map((each) => dirname(each));
  if ([".", ...folders, ...places].some((each) => (modeOf(join(folder, each)) & 0o002) !== 0)) return true;
  for (let at = dirname(folder); ; at = dirname(at)) {
    if ((modeOf(at) & 0o1002) === 0o002) return true;
    if (dirname(at) === at) return false;
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
    if (!found.isFile() || found.size > MAX_BYTES)
      throw unreadable(path, "a file of it is not a regular file, or too large");
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The write counts once the new index is in place. An interrupted write leaves files that no index lists. Without the
 * lock they stay: another run may be about to list them.
 */
function write(folder: string, path: string, { base, put }: StateChange, lock: Lock): StateWritten {
  try {
    const before = readAll(folder, path);
    if (before.revision !== base.revision) return { moved: true };
    const index = put.get(INDEX_PATH) ?? Buffer.alloc(0);
    let listed = filesOf(before.files.get(INDEX_PATH));
    try {
      for (const [name, hash] of Object.entries(filesOf(index))) {
        const object = join(folder, OBJECTS, hash);
        const content = put.get(name) ?? (existsSync(object) ? undefined : before.files.get(name));
        if (content !== undefined) replaceWhole(object, [content], DURABLY);
      }
      replaceWhole(join(folder, INDEX_PATH), [index], DURABLY);
      removeFormer(folder, listed);
      listed = filesOf(index);
    } finally {
      if (lock === "held") removeUnlisted(folder, listed);
    }
    return { revision: sha256(index), at: path };
  } catch (cause) {
    throw asUnusable(path, cause);
  }
}

function removeUnlisted(folder: string, files: StateIndex["files"]): void {
  const listed = new Set(Object.values(files));
  for (const name of readdirSync(join(folder, OBJECTS)))
    if (OBJECT.test(name) && !listed.has(name)) remove(join(folder, OBJECTS, name));
}

/** Removes the files of an earlier release. Every other file in its folders belongs to the user. */
function removeFormer(folder: string, files: StateIndex["files"]): void {
  for (const name of Object.keys(files)) remove(join(folder, name));
  for (const part of FORMER) tryOr(() => rmdirSync(join(folder, part)), undefined);
}

/** A path that cannot be removed only takes space. The next write tries again. */
function remove(path: string): void {
  tryOr(() => rmSync(path, { recursive: true, force: true }), undefined);
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
    "Nothing was written over. Check what is there and who may read it; an empty folder begins a new history.",
    { cause },
  );
}

import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/** A repository of 300,000 files has an index of 40 MB. */
const MOST_BYTES = 256 * 1024 * 1024;

/** What Git tracks around a path. */
export interface Tracked {
  /** Whether a file is tracked. Absolute path. */
  has(path: string): boolean;
  /** Whether something below a folder is tracked. Absolute path. */
  hasBelow(folder: string): boolean;
}

/**
 * Returns what the repository around a path tracks. Reads Git's index in this process, so that no program starts and no
 * setting of the repository has an effect. `git ls-files` starts the program that `core.fsmonitor` names (seen with Git
 * 2.39). It would not be faster: for 1,771 files it takes 4 ms, and this 3 to 8 ms. It also needs Git on the machine.
 * Compares names without regard to case and Unicode composition, as some file systems do.
 * @param path absolute
 * @returns undefined if the path is in no repository
 * @throws Error if the index exists but cannot be read
 */
export function trackedAround(path: string): Tracked | undefined {
  const found = repositoryOf(dirname(path));
  if (found === undefined) return undefined;
  const bytes = readBounded(join(found.folder, "index"));
  if (bytes === undefined) return NOTHING;
  const names = namesIn(bytes).concat(sharedNames(bytes, found.folder));
  const files = new Set(names.map(keyOf));
  const folders = new Set<string>();
  for (const name of files)
    for (let end = name.lastIndexOf("/"); end > 0; end = name.lastIndexOf("/", end - 1)) {
      const folder = name.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  const within = (absolute: string) => keyOf(relative(found.root, absolute).split(sep).join("/"));
  // In a sparse index, a folder with a slash at its end represents everything below it.
  const isInSparse = (name: string) => parentsOf(name).some((parent) => files.has(`${parent}/`));
  return {
    has: (absolute) => files.has(within(absolute)) || isInSparse(within(absolute)),
    hasBelow: (folder) => folders.has(within(folder)) || files.has(`${within(folder)}/`) || isInSparse(within(folder)),
  };
}

const NOTHING: Tracked = { has: () => false, hasBelow: () => false };

function parentsOf(name: string): string[] {
  const ends = [...name.matchAll(/\//g)].map(({ index }) => index);
  return ends.map((end) => name.slice(0, end));
}

/** The same key for all spellings that a file system may accept for one file. */
export function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

interface Repository {
  readonly root: string;
  /** Git's own folder of this checkout. */
  readonly folder: string;
}

/** The nearest folder above that has `.git`: a folder, or in a worktree or submodule a file that names one. */
function repositoryOf(folder: string): Repository | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const git = join(at, ".git");
    const status = statSync(git, { throwIfNoEntry: false });
    if (status?.isDirectory()) return { root: at, folder: git };
    const named = status?.isFile() ? /^gitdir: (.+)$/.exec(readFileSync(git, "utf8").trimEnd())?.[1] : undefined;
    if (named !== undefined) return { root: at, folder: resolve(at, named) };
    if (dirname(at) === at) return undefined;
  }
}

function readBounded(file: string): Buffer | undefined {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (!status.isFile() || status.size > MOST_BYTES) throw new Error("Git's index is no regular file, or too large");
  return readFileSync(file);
}

/**
 * Format: https://git-scm.com/docs/index-format. The index does not say how long a hash is (20 or 32 bytes): the length
 * that lets it be read to the end is right.
 */
function namesIn(bytes: Buffer): string[] {
  if (bytes.length < 12 || bytes.toString("latin1", 0, 4) !== "DIRC") throw new Error("Git's index is damaged");
  const names = entries(bytes, 20)?.names ?? entries(bytes, 32)?.names;
  if (names === undefined) throw new Error("Git's index is damaged");
  return names;
}

/**
 * The entries, and the offset at which the extensions begin; undefined if they cannot be read with a hash of this
 * length.
 */
function entries(bytes: Buffer, hash: number): { readonly names: string[]; readonly end: number } | undefined {
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  if (version < 2 || version > 4) return undefined;
  const names: string[] = [];
  let before = Buffer.alloc(0);
  let at = 12;
  for (let index = 0; index < count; index++) {
    const flagsAt = at + 40 + hash;
    if (flagsAt + 2 > bytes.length || !isMode(bytes.readUInt32BE(at + 24))) return undefined;
    const flags = bytes.readUInt16BE(flagsAt);
    let nameAt = flagsAt + 2 + ((flags & 0x4000) !== 0 ? 2 : 0);
    let kept = 0;
    if (version === 4) {
      const stripped = varint(bytes, nameAt);
      kept = before.length - stripped.value;
      nameAt = stripped.next;
      if (kept < 0) return undefined;
    }
    const end = bytes.indexOf(0, nameAt);
    if (end === -1) return undefined;
    before = Buffer.concat([before.subarray(0, kept), bytes.subarray(nameAt, end)]);
    if ((flags & 0xfff) !== Math.min(before.length, 0xfff)) return undefined;
    names.push(before.toString("utf8"));
    // One to eight NULs pad an entry to a multiple of eight bytes.
    at = version === 4 ? end + 1 : at + Math.ceil((end - at + 1) / 8) * 8;
  }
  return { names, end: at };
}

/** Files, links, folders of a sparse index, and commits of submodules. */
function isMode(mode: number): boolean {
  return [0o100000, 0o120000, 0o040000, 0o160000].includes(mode & 0o170000);
}

function varint(bytes: Buffer, from: number): { readonly value: number; readonly next: number } {
  let at = from;
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, next: at };
}

/**
 * A split index names another index that has most of the entries. An entry that was removed since still counts as
 * tracked.
 */
function sharedNames(bytes: Buffer, folder: string): string[] {
  for (const hash of [20, 32]) {
    let at = entries(bytes, hash)?.end;
    while (at !== undefined && at + 8 <= bytes.length - hash) {
      if (bytes.toString("latin1", at, at + 4) === "link") {
        const name = `sharedindex.${bytes.toString("hex", at + 8, at + 8 + hash)}`;
        const shared = readBounded(join(folder, name));
        return shared === undefined ? [] : namesIn(shared);
      }
      at += 8 + bytes.readUInt32BE(at + 4);
    }
  }
  return [];
}

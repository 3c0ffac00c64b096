import { linkSync, lstatSync, realpathSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type HashWork, hashed } from "./hashing.ts";
import { isPrivate } from "./private-file.ts";
import { type FolderWorld, programFolder } from "./program-folder.ts";
import { hashedBeside } from "./thread-hash.ts";

/** Known hashes of a program. Two threads need half the time to check its parts. */
export interface ProgramHashes {
  readonly sha256: string;
  /** SHA-256 of the first {@link FIRST_PART} bytes, and of the rest. */
  readonly parts: readonly string[];
}

/** Less than half of a scanner: the thread for the rest begins earlier, while this one loads its code. */
export const FIRST_PART = 64 << 20;

/** A program in its place. */
interface Placed {
  readonly path: string;
  readonly work: HashWork;
  /** The hash of the whole program, or of its second part. */
  readonly hash: Promise<string>;
  readonly isWhole: boolean;
}

/** Programs whose check was begun before it was needed, by their paths. */
const begun = new Map<string, Placed>();

/**
 * Begins the work of {@link hashedProgram} on the same program. Never throws: the later call reports a fault of the
 * program.
 */
export function beginHashing(path: string, world: FolderWorld, known?: ProgramHashes): void {
  try {
    const real = realpathSync(path);
    // A device has no end, and a pull request can make a link to one.
    if (!lstatSync(real).isFile()) return;
    begun.set(real, placed(path, real, world, known !== undefined));
  } catch {
    // It is not there.
  }
}

/** A program in a place that only this run uses, with the SHA-256 that it has there. */
export interface HashedProgram {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Puts a program into a folder that only this run uses, and hashes it there. So we start exactly what we hashed, even
 * if another process replaces the original meanwhile (another of our gates, for example). If only we and root can write
 * to the original, a second hard link is enough and costs nothing. Otherwise the program is copied.
 */
export async function hashedProgram(path: string, world: FolderWorld, known?: ProgramHashes): Promise<HashedProgram> {
  const real = realpathSync(path);
  const { path: own, work, hash, isWhole } = begun.get(real) ?? placed(path, real, world, known !== undefined);
  begun.delete(real);
  if (isWhole) return { path: own, sha256: await hash };
  const parts = [hashed({ ...work, to: FIRST_PART }), await hash];
  const isKnown = known !== undefined && isDeepStrictEqual(parts, known.parts);
  return { path: own, sha256: isKnown ? known.sha256 : await hashedBeside({ path: own }) };
}

function placed(path: string, real: string, world: FolderWorld, isKnown: boolean): Placed {
  const { platform } = world;
  // It keeps its own name.
  const name = basename(path);
  const own = join(programFolder(world), platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name);
  const isOurs = isPrivate(real, platform) && isLinked(real, own);
  const work = isOurs ? { path: own } : { path: real, copy: own };
  const hash = hashedBeside(isKnown ? { ...work, from: FIRST_PART } : work);
  // The later caller gets its error.
  hash.catch(() => {});
  return { path: own, work, hash, isWhole: !isKnown };
}

/**
 * False if it cannot be linked (to another file system, for example), or if it was replaced meanwhile. No link remains
 * then.
 */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch {
    return false;
  }
  const status = lstatSync(to);
  const isOurs = status.uid === 0 || status.uid === process.geteuid?.();
  if (isOurs && status.isFile() && (status.mode & 0o122) === 0o100) return true;
  rmSync(to);
  return false;
}

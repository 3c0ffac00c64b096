import { linkSync, lstatSync, realpathSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { isPrivate } from "./private-file.ts";
import { type FolderWorld, programFolder } from "./program-folder.ts";
import { hashedBeside } from "./thread-hash.ts";

/** Programs whose check was begun before anybody asked for it, by their paths. */
const begun = new Map<string, Promise<HashedProgram | undefined>>();

/**
 * Begins what {@link hashedProgram} will do for the same program, so that it can be waited for later. Never throws: the
 * later call says what is wrong with the program.
 */
export function beginHashing(path: string, world: FolderWorld): void {
  try {
    const real = realpathSync(path);
    // A device has no end, and a pull request can make a link to one.
    if (!lstatSync(real).isFile()) return;
    begun.set(
      real,
      placed(path, real, world).catch(() => undefined),
    );
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
 * if somebody replaces the original meanwhile (another of our gates, for example). If only we and root can write to the
 * original, a second hard link is enough and costs nothing. Otherwise the program is copied.
 */
export async function hashedProgram(path: string, world: FolderWorld): Promise<HashedProgram> {
  const real = realpathSync(path);
  const early = begun.get(real);
  begun.delete(real);
  return (await early) ?? placed(path, real, world);
}

async function placed(path: string, real: string, world: FolderWorld): Promise<HashedProgram> {
  const { platform } = world;
  // It keeps the name by which it was found.
  const name = basename(path);
  const own = join(programFolder(world), platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name);
  const isOurs = isPrivate(real, platform) && isLinked(real, own);
  return { path: own, sha256: await hashedBeside(isOurs ? { path: own } : { path: real, copy: own }) };
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

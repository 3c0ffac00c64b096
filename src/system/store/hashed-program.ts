import { linkSync, lstatSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { World } from "../world.ts";
import { copyHashed, sha256OfFile } from "./hashing.ts";
import { type FileParts, hasParts } from "./parts.ts";
import { isPrivate } from "./private-file.ts";
import { programFolder } from "./program-folder.ts";

/** Programs whose check was begun before anybody asked for it. */
const begun = new Map<string, Promise<HashedProgram | undefined>>();

/**
 * Begins what {@link hashedProgram} will do for the same program, so that it can be waited for later. Never throws: the
 * later call says what is wrong with the program.
 */
export function beginHashing(path: string, world: ProgramPlace, expected: Required<ExpectedProgram>): void {
  try {
    const real = realpathSync(path);
    const work = programWithParts(real, ownPlace(path, world), world, expected);
    begun.set(
      keyOf(real, expected),
      work.catch(() => undefined),
    );
  } catch {
    // It is not there, or there is no folder to put it into.
  }
}

/**
 * Puts a program into a folder that only this run uses, and hashes it there. So we start exactly what we hashed, even
 * if somebody replaces the original meanwhile (another of our gates, for example). If only we and root can write to the
 * original, a second hard link is enough and costs nothing. Otherwise the program is copied.
 * @param expected what it should be. If its parts are known, these are checked, which is faster
 */
export async function hashedProgram(
  path: string,
  world: ProgramPlace,
  expected?: ExpectedProgram,
): Promise<HashedProgram> {
  const real = realpathSync(path);
  if (expected?.parts !== undefined) {
    const key = keyOf(real, expected);
    const early = await begun.get(key);
    begun.delete(key);
    if (early !== undefined) return early;
    const program = await programWithParts(real, ownPlace(path, world), world, { ...expected, parts: expected.parts });
    if (program !== undefined) return program;
  }
  const own = ownPlace(path, world);
  if (isPrivate(real, world.platform) && isLinked(real, own)) return { path: own, sha256: await sha256OfFile(own) };
  return { path: own, sha256: await copyHashed(real, own, 0o700) };
}

type ProgramPlace = Pick<World, "env" | "platform" | "runFolder">;

/** It keeps the name by which it was found. */
function ownPlace(path: string, world: ProgramPlace): string {
  const name = basename(path);
  return join(programFolder(world), world.platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name);
}

function keyOf(real: string, { sha256 }: ExpectedProgram): string {
  return `${sha256} ${real}`;
}

interface ExpectedProgram {
  readonly sha256: string;
  readonly parts?: FileParts | undefined;
}

/** A program in a place that only this run uses, with the SHA-256 that it has there. */
export interface HashedProgram {
  readonly path: string;
  readonly sha256: string;
}

/** The program, if it has the parts of the expected one. It is copied if somebody else may change it. */
async function programWithParts(
  real: string,
  own: string,
  { platform }: ProgramPlace,
  { sha256, parts }: Required<ExpectedProgram>,
): Promise<HashedProgram | undefined> {
  const isOurs = isPrivate(real, platform) && isLinked(real, own);
  if (!isOurs) writeFileSync(own, "", { flag: "wx", mode: 0o700 });
  let isRight = false;
  try {
    isRight = await hasParts(isOurs ? { path: own } : { path: real, copy: own }, parts as FileParts);
  } finally {
    if (!isRight) rmSync(own, { force: true });
  }
  return isRight ? { path: own, sha256 } : undefined;
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

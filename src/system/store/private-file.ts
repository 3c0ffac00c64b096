import { lstatSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { World } from "../world.ts";

/**
 * True if only we and root can change or replace the file at `path`. Neither it nor any folder above it may belong to
 * another account, or be writable for a group or for all. The sticky bit (`/tmp`) allows such a folder above it, since
 * only an entry's owner can replace the entry there. Windows' access lists are not read, so the answer there is no.
 * @param path absolute, all links followed
 */
export function isPrivate(path: string, platform: NodeJS.Platform): boolean {
  const me = process.geteuid?.();
  if (platform === "win32" || me === undefined) return false;
  for (let at = path, first = true; ; at = dirname(at), first = false) {
    const { mode, uid } = lstatSync(at);
    const isSticky = !first && (mode & 0o1000) !== 0;
    if ((uid !== me && uid !== 0) || ((mode & 0o022) !== 0 && !isSticky)) return false;
    if (dirname(at) === at) return true;
  }
}

/** A new folder of this run alone, mode 0700. */
export function privateFolder({ runFolder }: Pick<World, "runFolder">, name: string): string {
  const parent = join(runFolder, "private");
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  return mkdtempSync(join(parent, `${name}-`));
}

/** Removes a file or a folder at the end of the block that declares this with `using`. */
export function removedAtEnd(path: string): Disposable {
  return { [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

import {
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Database } from "./database-health.ts";

/** Where Trivy keeps what it has read of each layer, below a cache folder. One process at a time can use it. */
const LAYERS = "fanal";
/** Lies with the layers, so that it is copied and forgotten with them. */
const UNREAD = "unread";
const DATABASES = { vulnerability: "db", java: "java-db" } as const;

/** Puts a database into a cache folder: a link, as it is shared and only read. Trivy leaves an empty folder where it misses one. */
export function linkDatabase(cacheFolder: string, kind: keyof typeof DATABASES, database: Database): void {
  link(cacheFolder, DATABASES[kind], database.folder);
}

/** Forgets the layers: those that were read without the Java database are remembered without their jars. */
export function forgetLayers(cacheFolder: string): void {
  rmSync(join(cacheFolder, LAYERS), { recursive: true, force: true });
}

/**
 * Marks layers of which a file could not be read. Trivy says so only when it reads the layer, and not when it remembers it:
 * another image with the same layer would seem to be read whole.
 */
export function markUnread(cacheFolder: string): void {
  const folder = join(cacheFolder, LAYERS);
  if (existsSync(folder)) writeFileSync(join(folder, UNREAD), "");
}

/** Forgets the layers where a file of one of them could not be read: they are read anew, and Trivy says so again. */
export function forgetUnread(cacheFolder: string): void {
  if (existsSync(join(cacheFolder, LAYERS, UNREAD))) forgetLayers(cacheFolder);
}

/**
 * Gives another cache folder the layers of one that no process uses at this moment, and its Java database: where one image
 * has jars, others have, too, and would find out only by failing. What cannot be copied is read again, so nothing is thrown;
 * of folders Trivy remembers nothing.
 */
export function copyLayers(from: string, to: string): void {
  try {
    mkdirSync(to, { recursive: true, mode: 0o700 });
    cpSync(join(from, LAYERS), join(to, LAYERS), { recursive: true, mode: constants.COPYFILE_FICLONE });
  } catch {
    // Half a copy would be a broken one.
    forgetLayers(to);
  }
  try {
    const java = join(from, DATABASES.java);
    if (isLink(java)) link(to, DATABASES.java, readlinkSync(java));
  } catch {
    // Found out by failing, then.
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function link(cacheFolder: string, name: string, folder: string): void {
  const path = join(cacheFolder, name);
  mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(folder, path, "junction");
}

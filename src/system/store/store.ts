import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, join } from "node:path";
import { tryOr } from "../errors.ts";
import type { World } from "../world.ts";
import { isPrivate, privateFolder } from "./private-file.ts";
import { OWN_FOLDER, userCache } from "./user-cache.ts";

/** The folder for databases between runs. */
interface DatabaseStore {
  /** Ours alone. */
  readonly store: string;
  /** Why it does not outlive the run; absent if it does. */
  readonly problem?: string | undefined;
}

export type StoreWorld = Pick<World, "env" | "toolCache" | "runFolder" | "platform">;

/**
 * The store is a folder that is ours alone, in the runner's tool cache. If others can write there, as on runners that
 * the platform hosts, it is in the user's cache folder. If neither is usable, it is in the run's folder.
 */
export function databaseStore(world: StoreWorld): DatabaseStore {
  const refused: string[] = [];
  const roots = [world.toolCache, userCache(world)].flatMap((root) => (root ? [root] : []));
  // At a terminal both are the same.
  const folders = new Set(roots.map((root) => (basename(root) === OWN_FOLDER ? root : join(root, OWN_FOLDER))));
  for (const folder of folders) {
    const why = whyNotUsable(folder, world.platform);
    if (why === undefined) return { store: realpathSync(folder) };
    refused.push(`${folder} ${why}`);
  }
  const problem = refused.length === 0 ? "there is no cache folder of the user" : refused.join(", ");
  return { store: privateFolder(world, "store"), problem };
}

/** The end of a sentence about the folder. */
function whyNotUsable(folder: string, platform: NodeJS.Platform): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Windows' access lists are not read.
    const isOurs =
      lstatSync(folder).isDirectory() && (platform === "win32" || isPrivate(realpathSync(folder), platform));
    if (!isOurs) return "can be changed by others";
    rmdirSync(freshFolder(folder));
    return undefined;
  } catch (error) {
    return `cannot be used (${(error as NodeJS.ErrnoException).code})`;
  }
}

const FRESH = "fresh-";

/** An empty folder in the store, for data that is not yet complete and checked. */
export function freshFolder(store: string): string {
  return mkdtempSync(join(store, FRESH));
}

/** The real folder behind a name of the store. This run can go on using it after a later swap. */
export function storedFolder(store: string, name: string): string | undefined {
  return tryOr(() => realpathSync(join(store, name)), undefined);
}

/**
 * Makes a complete folder the current one under `name` in the store. Each database has its own folder there, and a link
 * names the current one. Replacing a link is one step, and runs that use the previous folder can go on using it.
 * @param fresh from {@link freshFolder}, or a folder within one
 * @returns the folder's new path
 */
export function swapIn(store: string, name: string, fresh: string): string {
  const link = join(store, name);
  const folder = mkdtempSync(`${link}-`);
  chmodSync(folder, 0o700);
  renameSync(fresh, folder);
  const before = tryOr(() => (lstatSync(link).isSymbolicLink() ? realpathSync(link) : undefined), undefined);
  const newLink = `${folder}.link`;
  symlinkSync(folder, newLink, "junction");
  if (before === undefined) rmSync(link, { recursive: true, force: true });
  renameSync(newLink, link);
  clearOld(store, `${name}-`, [folder, before]);
  return folder;
}

/** Removes downloads that a killed run left behind. */
export function clearLeftovers(store: string): void {
  clearOld(store, FRESH, []);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes folders that are older than any run can be, since a scan's `timeout` is at most a day. Runs that began at the
 * same time each store a folder, and go on using it after the next run has replaced it.
 */
function clearOld(store: string, prefix: string, keep: readonly (string | undefined)[]): void {
  for (const entry of readdirSync(store)) {
    const path = join(store, entry);
    const status = lstatSync(path, { throwIfNoEntry: false });
    const isOld = status !== undefined && status.mtimeMs < Date.now() - DAY_MS;
    if (isOld && entry.startsWith(prefix) && !keep.includes(path)) rmSync(path, { recursive: true, force: true });
  }
}

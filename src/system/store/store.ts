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

export interface DatabaseStores {
  /** The folder for databases; ours alone. */
  readonly store: string;
  /** Folders that may hold a read-only database, for example in a runner's image. Only we and root can change them. */
  readonly readOnly: readonly string[];
  /** Why the store does not outlive the run; absent if it does. */
  readonly problem?: string | undefined;
}

export type StoreWorld = Pick<World, "env" | "toolCache" | "runFolder" | "platform">;

/**
 * The folders for databases between runs. The store is a folder that is ours alone, in the runner's tool cache. If
 * others can write there, as on runners that the platform hosts, it is in the user's cache folder. If neither is
 * usable, it is in the run's folder.
 */
export function databaseStores(world: StoreWorld): DatabaseStores {
  const readOnly: string[] = [];
  const refused: string[] = [];
  const roots = [world.toolCache, userCache(world)].flatMap((root) => (root ? [root] : []));
  // At a terminal both are the same.
  const folders = new Set(roots.map((root) => (basename(root) === OWN_FOLDER ? root : join(root, OWN_FOLDER))));
  for (const folder of folders) {
    const use = usableAs(folder, world.platform);
    if (use === "store") return { store: realpathSync(folder), readOnly };
    if (use === "read-only") readOnly.push(realpathSync(folder));
    refused.push(`${folder} ${use === "read-only" ? "may not be written" : use}`);
  }
  const problem = refused.length === 0 ? "there is no cache folder of the user" : refused.join(", ");
  return { store: privateFolder(world, "store"), readOnly, problem };
}

/** The writable folder of {@link databaseStores}. */
export function databaseStore(world: StoreWorld): string {
  return databaseStores(world).store;
}

/** @returns `store`, `read-only`, or why it cannot be used, as the end of a sentence */
function usableAs(folder: string, platform: NodeJS.Platform): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOursAlone(folder, platform)) return "can be changed by others";
  } catch (error) {
    return `cannot be used (${(error as NodeJS.ErrnoException).code})`;
  }
  try {
    rmdirSync(freshFolder(folder));
    return "store";
  } catch {
    return isReadable(folder) ? "read-only" : "belongs to somebody else";
  }
}

function isReadable(folder: string): boolean {
  return tryOr(() => readdirSync(folder).length >= 0, false);
}

/** Whether only we can change or replace the folder; see {@link isPrivate}. */
function isOursAlone(folder: string, platform: NodeJS.Platform): boolean {
  if (!lstatSync(folder).isDirectory()) return false;
  if (platform === "win32") return true;
  return isPrivate(realpathSync(folder), platform);
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
  const before = targetOf(link);
  const newLink = `${folder}.link`;
  symlinkSync(folder, newLink, "junction");
  if (before === undefined) rmSync(link, { recursive: true, force: true });
  renameSync(newLink, link);
  clearOld(store, name, [folder, before]);
  return folder;
}

function targetOf(link: string): string | undefined {
  return tryOr(() => (lstatSync(link).isSymbolicLink() ? realpathSync(link) : undefined), undefined);
}

/**
 * Removes old folders, but not the current and the previous one. Young ones also stay, since runs that began at the
 * same time each store a folder, and go on using it after the next run has replaced it.
 */
function clearOld(store: string, name: string, keep: readonly (string | undefined)[]): void {
  for (const entry of readdirSync(store)) {
    const path = join(store, entry);
    if (entry.startsWith(`${name}-`) && !keep.includes(path) && isOld(path))
      rmSync(path, { recursive: true, force: true });
  }
}

/** Removes downloads that a killed run left behind. Young ones stay, since another run may use them. */
export function clearLeftovers(store: string): void {
  for (const entry of readdirSync(store)) {
    const path = join(store, entry);
    if (entry.startsWith(FRESH) && isOld(path)) rmSync(path, { recursive: true, force: true });
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Older than any run can be, since a scan's `timeout` is at most a day. */
function isOld(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status !== undefined && status.mtimeMs < Date.now() - DAY_MS;
}

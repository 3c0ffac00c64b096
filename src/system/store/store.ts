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
import { join } from "node:path";
import type { World } from "../world.ts";
import { isPrivate, privateFolder } from "./private-file.ts";

export interface DatabaseStores {
  /** Where databases are put: ours alone. */
  readonly store: string;
  /** Where one may lie that can only be read, such as in a runner's image. Nobody but us and root can change it. */
  readonly readOnly: readonly string[];
  /** Why what is put there does not outlive the run; absent: it does. */
  readonly problem?: string | undefined;
}

type StoreWorld = Pick<World, "env" | "toolCache" | "runFolder" | "platform">;

/**
 * Where the databases live between runs: a folder that is ours alone, in the runner's tool cache, or, where others can write
 * there as on GitHub's own runners, in the user's cache folder; where neither will do, in the run's own folder.
 */
export function databaseStores(world: StoreWorld): DatabaseStores {
  const readOnly: string[] = [];
  const refused: string[] = [];
  for (const root of [world.toolCache, userCache(world)]) {
    if (!root) continue;
    const folder = join(root, "image-gate");
    const use = usableAs(folder, world.platform);
    if (use === "store") return { store: realpathSync(folder), readOnly };
    if (use === "read-only") readOnly.push(realpathSync(folder));
    refused.push(`${folder} ${use === "read-only" ? "may not be written" : use}`);
  }
  const problem = refused.length === 0 ? "there is no tool cache and no cache folder of the user" : refused.join(", ");
  return { store: privateFolder(world, "store"), readOnly, problem };
}

/** The place of {@link databaseStores} that can be written. */
export function databaseStore(world: StoreWorld): string {
  return databaseStores(world).store;
}

/** Or why it cannot be used at all, as the end of a sentence. */
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
  try {
    return readdirSync(folder).length >= 0;
  } catch {
    return false;
  }
}

function userCache({ env, platform }: Pick<World, "env" | "platform">): string | undefined {
  if (platform === "win32") return env.LOCALAPPDATA;
  return env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, ".cache"));
}

/** Mode 0700 and ours; a parent that others may write to lets them replace it, so it must have the sticky bit. */
function isOursAlone(folder: string, platform: NodeJS.Platform): boolean {
  if (!lstatSync(folder).isDirectory()) return false;
  if (platform === "win32") return true;
  return isPrivate(realpathSync(folder), platform);
}

const FRESH = "fresh-";

/** An empty folder in the store, for what is not yet known to be whole. */
export function freshFolder(store: string): string {
  return mkdtempSync(join(store, FRESH));
}

/** What the store has under this name, through the link: a later swap does not take it away from this run. */
export function storedFolder(store: string, name: string): string | undefined {
  try {
    return realpathSync(join(store, name));
  } catch {
    return undefined;
  }
}

/**
 * Puts a whole folder in the place `name` of the store. Each database is a folder of its own there, and a link names the
 * current one: replacing a link is one step, and whoever uses the one before it goes on using it.
 * @param fresh from {@link freshFolder}, or a folder within one
 * @returns where it lies now
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
  try {
    return lstatSync(link).isSymbolicLink() ? realpathSync(link) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Neither the current nor the one before it, nor a young one: runs that began at once each put theirs in place, and go on
 * using it when the next has replaced it.
 */
function clearOld(store: string, name: string, keep: readonly (string | undefined)[]): void {
  for (const entry of readdirSync(store)) {
    const path = join(store, entry);
    if (entry.startsWith(`${name}-`) && !keep.includes(path) && isOld(path))
      rmSync(path, { recursive: true, force: true });
  }
}

/** Downloads that a killed run left behind; young ones may be another run's. */
export function clearLeftovers(store: string): void {
  for (const entry of readdirSync(store)) {
    const path = join(store, entry);
    if (entry.startsWith(FRESH) && isOld(path)) rmSync(path, { recursive: true, force: true });
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** No run lasts longer: a scan's `timeout` is at most a day. */
function isOld(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status !== undefined && status.mtimeMs < Date.now() - DAY_MS;
}

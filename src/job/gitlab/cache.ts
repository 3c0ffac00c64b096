import { constants, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { tryOr } from "../../system/errors.ts";
import { type CacheEntry, type SharedCache, unusableEntry } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";

/**
 * The folder of the workspace that `cache: paths:` of the job names. GitLab's runner packs it after the job, and
 * unpacks it before the next one; it keeps only what is in the project's folder. IMAGE_GATE_CACHE says that the job
 * has it, since a copy of the databases is of no use to a runner that does not pack it.
 */
const FOLDER = ".image-gate-cache";
/** The folder is one archive, in which unused entries would otherwise stay forever. */
const UNUSED_MS = 7 * 24 * 3_600_000;

type CacheWorld = Pick<World, "workspace" | "log" | "now" | "env">;

/**
 * The cache of GitLab's runner as a {@link SharedCache}. Entries are copied, never moved or linked, and callers check
 * what they get by its hash. A folder that the repository itself brings is not used: the author of a merge request
 * could put their own database there.
 *
 * Anyone who may push a branch writes the cache of all branches that are not protected. So these get only what its key
 * binds, such as a program of a known hash, and no newest entry of a prefix, whose hash is alongside it: a database.
 */
export function sharedCache({ workspace, log, now, env }: CacheWorld): SharedCache {
  const isProtected = env.CI_COMMIT_REF_PROTECTED === "true";
  const folder = join(workspace, FOLDER);
  const unusable = unusableBecause(workspace, folder);
  if (unusable !== undefined) log.warning(`The folder ${FOLDER} is not used as a cache: ${unusable}.`);
  let saved: Promise<void> = Promise.resolve();

  async function fetch(wanted: CacheEntry, into: string): Promise<string | undefined> {
    const key = newest(folder, wanted);
    if (key === undefined) return undefined;
    const path = join(folder, key);
    try {
      for (const name of wanted.files) await copyRegular(join(path, name), join(into, name));
      utimesSync(path, now(), now());
      log.info(`Cache: restored ${key}.`);
      return key;
    } catch (error) {
      for (const name of wanted.files) await rm(join(into, name), { recursive: true, force: true });
      log.warning(unusableEntry(key, (error as Error).message).message);
      return undefined;
    }
  }

  async function keep({ key, files }: CacheEntry, from: string): Promise<void> {
    const path = join(folder, key);
    if (lstatSync(path, { throwIfNoEntry: false })) return;
    const fresh = `${path}.${process.pid}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    for (const name of files) await copyRegular(join(from, name), join(fresh, name));
    await rename(fresh, path);
    log.info(`Cache: kept ${key} in ${FOLDER}.`);
  }

  return {
    restore: async (wanted, into) =>
      unusable === undefined && (isProtected || !isPrefix(wanted)) ? fetch(wanted, into) : undefined,
    save(entry, from) {
      if (unusable !== undefined) return;
      saved = saved
        .then(() => keep(entry, from))
        .catch((error: Error) => log.warning(`${entry.key} was not kept in ${FOLDER}: ${error.message}`));
    },
    async settle() {
      await saved;
      for (const { key, usedMs } of unusable === undefined ? entriesIn(folder) : [])
        if (now().getTime() - usedMs > UNUSED_MS) rmSync(join(folder, key), { recursive: true, force: true });
    },
  };
}

function isPrefix({ key }: CacheEntry): boolean {
  return key.endsWith("-");
}

/** The entry of this key. If the key ends in `-`, the newest entry that begins with it. */
function newest(folder: string, wanted: CacheEntry): string | undefined {
  const isWanted = (key: string) => key === wanted.key || (isPrefix(wanted) && key.startsWith(wanted.key));
  return entriesIn(folder).find(({ key }) => isWanted(key) && !key.endsWith(".new"))?.key;
}

/** All entries, the newest first. */
function entriesIn(folder: string): { readonly key: string; readonly usedMs: number }[] {
  const folders = tryOr(() => readdirSync(folder, { withFileTypes: true }), []).filter((entry) => entry.isDirectory());
  const dated = folders.map(({ name: key }) => ({ key, usedMs: lstatSync(join(folder, key)).mtimeMs }));
  return dated.sort((a, b) => b.usedMs - a.usedMs || (b.key < a.key ? -1 : 1));
}

async function copyRegular(from: string, to: string): Promise<void> {
  if (!lstatSync(from, { throwIfNoEntry: false })?.isFile())
    throw new Error("a file of it is missing, or is not a file");
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}

/**
 * Why the folder must not be used, as a clause; undefined: it may be. Git's index may name the folder, or a submodule
 * of its name. Version 4 shortens names, and a split index has some in another file: then it is unknown
 * (gitformat-index).
 */
function unusableBecause(workspace: string, folder: string): string | undefined {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) return "it is not a folder";
  const path = join(workspace, ".git/index");
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const index = readFileSync(path);
  const isPlain = index.length >= 12 && index.readUInt32BE(4) < 4 && !index.subarray(-2000).includes("link\0\0");
  return isPlain && !index.includes(FOLDER) ? undefined : "the repository itself may have it";
}

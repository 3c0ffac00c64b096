import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { CacheEntry, SharedCache } from "../../../../src/system/shared-cache.ts";

export interface FolderCache extends SharedCache {
  /** Keys that were restored and saved, in order: `restore trivy-bin-…`, `save trivy-bin-…`. */
  readonly log: string[];
  /** A kept file's path, so that tests can read and change it. */
  file(key: string, name: string): string;
  keys(): string[];
}

/** A shared cache in a folder. It reads files only when it settles, so that earlier changes to them are noticed. */
export function folderCache(folder: string): FolderCache {
  const log: string[] = [];
  const waiting: { entry: CacheEntry; from: string }[] = [];
  const keys = () => (existsSync(folder) ? readdirSync(folder) : []);
  return {
    log,
    keys,
    file: (key, name) => join(folder, key, name),
    async restore({ key, files }, to) {
      log.push(`restore ${key}`);
      const found = key.endsWith("-")
        ? keys().findLast((each) => each.startsWith(key))
        : keys().find((each) => each === key);
      if (found === undefined || JSON.stringify(listOf(join(folder, found))) !== JSON.stringify([...files].sort()))
        return undefined;
      for (const name of files) cpSync(join(folder, found, name), join(to, name));
      return found;
    },
    save(entry, from) {
      log.push(`save ${entry.key}`);
      waiting.push({ entry, from });
    },
    async settle() {
      for (const { entry, from } of waiting.splice(0)) {
        const to = join(folder, entry.key);
        if (existsSync(to)) continue;
        mkdirSync(to, { recursive: true });
        for (const name of entry.files) cpSync(join(from, name), join(to, name));
      }
    },
  };
}

const listOf = (folder: string): string[] => readdirSync(folder).sort();

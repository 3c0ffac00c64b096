import { GateError } from "./errors.ts";

/** Files that are kept under one key. */
export interface CacheEntry {
  /** At most 512 characters, no comma. Entries never change, so the key must identify the contents. */
  readonly key: string;
  /** File names without a folder. A restore must name the same ones as the save. */
  readonly files: readonly string[];
}

/**
 * Keeps files between runs whose machines do not last. Others may write to it as well, so all data from it must be
 * checked before use. It is only an aid: a problem with it is logged as a warning and changes nothing.
 */
export interface SharedCache {
  /**
   * Puts the files of an entry into `folder`, and nothing anywhere else. The entry is `wanted.key`; if that ends in
   * `-`, it is the newest entry with that prefix.
   * @param folder absolute, empty, ours alone
   * @returns the entry's key; undefined if there is none, or after a problem, which has been logged
   */
  restore(wanted: CacheEntry, folder: string): Promise<string | undefined>;
  /**
   * Begins to keep files of `folder`, which must not change until {@link settle}. An existing entry with this key is
   * not replaced.
   */
  save(entry: CacheEntry, folder: string): void;
  /** Waits for a limited time until everything has been kept. */
  settle(): Promise<void>;
}

/** A warning about an entry that cannot be used and counts as absent. */
export function unusableEntry(key: string, reason: string): GateError {
  return new GateError(
    "cache-entry-unusable",
    `The entry ${key.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").slice(0, 300)} of the repository's cache is not one that Image Gate has kept, and counts as absent: ${reason}`,
    "Delete it (on the page Actions, Caches; or on the page Pipelines, Clear runner caches), and see who may write to it.",
  );
}

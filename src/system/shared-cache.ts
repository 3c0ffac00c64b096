import { GateError } from "./errors.ts";

/** Some files under one name. */
export interface CacheEntry {
  /** At most 512 characters, no comma. Entries never change: the key names the contents. */
  readonly key: string;
  /** Names of files without a folder, the same ones whenever an entry is kept or looked for. */
  readonly files: readonly string[];
}

/**
 * Where files are kept between runs whose machines do not last. Others may write there, too: nothing that comes out of it
 * can be trusted before it has been checked. It is an aid: trouble with it is said as a warning and changes nothing.
 */
export interface SharedCache {
  /**
   * Puts the files of an entry into `folder`, and nothing anywhere else: the entry `wanted.key`, or, where the key ends in
   * `-`, the newest one that begins so.
   * @param folder absolute, empty, ours alone
   * @returns the entry's key; undefined: there is none, or trouble, which has been said
   */
  restore(wanted: CacheEntry, folder: string): Promise<string | undefined>;
  /**
   * Begins to keep files of `folder`, which must stay as they are until {@link settle}. What is there under this key
   * already stays.
   */
  save(entry: CacheEntry, folder: string): void;
  /** Waits, for a limited time, until everything has been kept. */
  settle(): Promise<void>;
}

/** An entry that cannot be used; said as a warning, as it counts as absent. */
export function unusableEntry(key: string, reason: string): GateError {
  return new GateError(
    "cache-entry-unusable",
    `The entry ${key.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").slice(0, 300)} of the repository's cache is not one that Image Gate has kept, and counts as absent: ${reason}`,
    "Delete it (`gh cache delete`, or the page Actions, Caches), and see who may write to the cache.",
  );
}

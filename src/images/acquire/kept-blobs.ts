import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

/** Bytes that are kept on a machine. The next runs need no network for these layers. */
const MOST_BYTES = 10e9;

/** Blobs that earlier runs have fetched. Whoever takes one holds it to its digest again: nothing else of it is believed. */
export interface KeptBlobs {
  /** The file of a digest, if there is one. It may go at any time. */
  fileOf(digest: string): string | undefined;
  /** Takes a fetched file over. It is then gone from its place, or stays if it cannot be kept. Never throws. */
  keep(digest: string, file: string): void;
  /** Removes a file that has other bytes than its name says. */
  discard(digest: string): void;
}

/**
 * Blobs in a folder that only this user can write to, those first to go that were not used for the longest time.
 * @param folder absolute; need not exist
 */
export function keptBlobs(folder: string, mostBytes: number = MOST_BYTES): KeptBlobs {
  const pathOf = (digest: string) => join(folder, digest.replace(":", "-"));
  return {
    fileOf(digest) {
      const path = pathOf(digest);
      if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
      try {
        // By this, the others go first.
        utimesSync(path, new Date(), new Date());
      } catch {
        // It was removed meanwhile, or belongs to a read-only folder.
      }
      return path;
    },
    keep(digest, file) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        makeRoom(folder, mostBytes - statSync(file).size);
        renameSync(file, pathOf(digest));
      } catch {
        // Another disk, or a full one: it will be fetched again.
      }
    },
    discard: (digest) => rmSync(pathOf(digest), { force: true }),
  };
}

function makeRoom(folder: string, most: number): void {
  const files = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const status = lstatSync(path, { throwIfNoEntry: false });
    return status === undefined ? [] : [{ path, size: status.size, usedAt: status.mtimeMs }];
  });
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= most) return;
    rmSync(path, { force: true });
    bytes -= size;
  }
}

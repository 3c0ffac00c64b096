import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, type Stats, utimesSync } from "node:fs";
import { join } from "node:path";
import { tryOr } from "../../system/errors.ts";
import type { ReadLayer } from "../layers/read-layer.ts";

/** Bytes that are kept on a machine. The next runs need no network for these layers. */
const MOST_BYTES = 10e9;
/** The system counts what a file takes on disk in blocks (stat(2)). */
const BLOCK = 512;

/** Identifies a kept layer. */
export type KeptLayer = Pick<ReadLayer, "digest" | "size" | "diffId">;

/**
 * Unpacked layers that earlier runs have fetched. A run that unpacked a packed layer and hashed both wrote down that
 * the one unpacks to the other. The unpacked layer is hashed again whenever it is used.
 */
export type KeptLayers = ReturnType<typeof keptLayers>;

/**
 * `<packed>-<bytes>-<unpacked>.2`. The fact is in the file's name, so it cannot exist without the file, nor the file
 * without it. Names without the number come from versions that did not look for tables of contents; they are removed
 * first.
 */
const NAME = /^([0-9a-f]{64})-(\d{1,15})-([0-9a-f]{64})\.2$/;

/**
 * Layers in a folder that only this user can write to. The least recently used layers are removed first.
 * @param folder absolute; need not exist
 */
export function keptLayers(folder: string, mostBytes: number = MOST_BYTES) {
  const pathOf = (layer: KeptLayer) => join(folder, nameOf(layer));
  return {
    /** The unpacked layer of a packed one, if it is kept. */
    find(digest: string): KeptLayer | undefined {
      for (const name of namesIn(folder)) {
        const [, packed, size, unpacked] = NAME.exec(name) ?? [];
        if (`sha256:${packed}` === digest) return { digest, size: Number(size), diffId: `sha256:${unpacked}` };
      }
      return undefined;
    },
    /**
     * Gives the file a second name, at a path where nothing exists yet.
     * @returns false if it is gone, or cannot have one there
     */
    take(layer: KeptLayer, path: string): boolean {
      const kept = pathOf(layer);
      try {
        // A second name of a symbolic link would lead to the same place as the link.
        if (!lstatSync(kept).isFile()) return false;
        linkSync(kept, path);
        // The time of use: the others are removed first.
        utimesSync(path, new Date(), new Date());
        return true;
      } catch {
        return false;
      }
    },
    /**
     * Takes over a file that contains the unpacked layer, and nothing else. The file stays where it is if keeping
     * fails. Never throws.
     */
    keep(layer: KeptLayer, file: string): void {
      const bytes = bytesOf(lstatSync(file, { throwIfNoEntry: false }));
      if (!NAME.test(nameOf(layer)) || bytes > mostBytes) return;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        makeRoom(folder, mostBytes - bytes);
        renameSync(file, pathOf(layer));
      } catch {
        // Another disk, or a full one: it will be fetched again.
      }
    },
    /** Removes a file that has other bytes than its name says. */
    discard: (layer: KeptLayer) => rmSync(pathOf(layer), { force: true, recursive: true }),
  };
}

function nameOf({ digest, size, diffId }: KeptLayer): string {
  return `${[digest.replace("sha256:", ""), size, diffId.replace("sha256:", "")].join("-")}.2`;
}

function namesIn(folder: string): string[] {
  return tryOr(() => readdirSync(folder), []);
}

/** Runs of zeros take none. */
function bytesOf(status: Stats | undefined): number {
  return (status?.blocks ?? 0) * BLOCK;
}

function makeRoom(folder: string, most: number): void {
  const files = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const status = lstatSync(path, { throwIfNoEntry: false });
    return status === undefined ? [] : [{ path, size: bytesOf(status), usedAt: status.mtimeMs }];
  });
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= most) return;
    rmSync(path, { force: true });
    bytes -= size;
  }
}

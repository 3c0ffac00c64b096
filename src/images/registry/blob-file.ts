import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { countUsedBuffers } from "../../system/used-buffers.ts";

/** A file that a blob is written into, piece by piece, and hashed meanwhile if that is wanted. */
export interface BlobFile {
  /** Bytes so far. */
  readonly length: number;
  /**
   * Adds bytes at the end, which must not change any more. Rejects with the system's error; then only {@link discard}
   * may follow.
   */
  add(piece: Buffer): Promise<void>;
  /**
   * Writes what is left and closes the file.
   * @returns the digest, `sha256:…`; undefined if it was not hashed
   */
  finish(): Promise<string | undefined>;
  /** Closes and removes the file. */
  discard(): Promise<void>;
}

/** Bytes that are written at once: few system calls, and little memory for each blob. */
const BATCH = 1024 * 1024;
/** More pieces are joined before they are written. */
const MOST_PIECES = 256;
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/**
 * Makes a new file, mode 0600, which must not exist before, not even as a link.
 * @throws the system's error: `EEXIST`, `ENOSPC`, …
 */
export async function newBlobFile(path: string, { isHashed }: { readonly isHashed: boolean }): Promise<BlobFile> {
  const hash = isHashed ? createHash("sha256") : undefined;
  return new WrittenFile(path, await open(path, NEW_FILE, 0o600), hash);
}

class WrittenFile implements BlobFile {
  length = 0;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash: Hash | undefined;
  #batch: Buffer[] = [];
  #batched = 0;
  /** The write under way, while the next bytes arrive and are hashed. */
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, handle: FileHandle, hash: Hash | undefined) {
    this.#path = path;
    this.#handle = handle;
    this.#hash = hash;
  }

  async add(piece: Buffer): Promise<void> {
    this.#hash?.update(piece);
    this.#batch.push(piece);
    this.#batched += piece.length;
    this.length += piece.length;
    if (this.#batched >= BATCH) await this.#flush();
  }

  async finish(): Promise<string | undefined> {
    await this.#flush();
    await this.#writing;
    await this.#handle.close();
    return this.#hash && `sha256:${this.#hash.digest("hex")}`;
  }

  async discard(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#handle.close().catch(() => {});
    await rm(this.#path, { force: true });
  }

  /** Waits for the write before, and starts the next one. */
  async #flush(): Promise<void> {
    const pieces = this.#batch.length > MOST_PIECES ? [Buffer.concat(this.#batch)] : this.#batch;
    const length = this.#batched;
    this.#batch = [];
    this.#batched = 0;
    await this.#writing;
    // Each piece was two buffers: what the socket read, and the body that was parsed.
    countUsedBuffers(2 * length);
    this.#writing = writeAll(this.#handle, pieces);
    // The next one to await it gets its failure.
    this.#writing.catch(() => {});
  }
}

/** Without a copy of all pieces: what is outside of the heap makes the collector run. */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  if (pieces.length === 0) return;
  const { bytesWritten } = await handle.writev(pieces);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (bytesWritten < length) await handle.appendFile(Buffer.concat(pieces).subarray(bytesWritten));
}

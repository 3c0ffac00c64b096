import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { countUsedBuffers } from "../../system/used-buffers.ts";

/** Bytes that wait for the disk, which are written at once: few system calls, and little memory for each blob. */
const BATCH = 1024 * 1024;

/** A file that a blob is written into, piece by piece, and hashed meanwhile if that is wanted. */
export class BlobFile {
  /** Bytes so far. */
  length = 0;
  readonly #output: WriteStream;
  readonly #hash: Hash | undefined;

  private constructor(output: WriteStream, hash: Hash | undefined) {
    this.#output = output;
    this.#hash = hash;
    // The next call throws it.
    output.on("error", () => {});
  }

  /**
   * Makes a new file, mode 0600, which must not exist before, not even as a link.
   * @throws the system's error: `EEXIST`, `ENOSPC`, …
   */
  static async make(path: string, { isHashed }: { readonly isHashed: boolean }): Promise<BlobFile> {
    const output = createWriteStream(path, { flags: "wx", mode: 0o600, highWaterMark: BATCH });
    await once(output, "open");
    return new BlobFile(output, isHashed ? createHash("sha256") : undefined);
  }

  /**
   * Adds bytes at the end, which must not change any more. Rejects with the system's error; then only {@link discard}
   * may follow.
   */
  async add(piece: Buffer): Promise<void> {
    this.#hash?.update(piece);
    this.length += piece.length;
    // Each piece was two buffers: what the socket read, and the body that was parsed.
    countUsedBuffers(2 * piece.length);
    if (this.#output.errored) throw this.#output.errored;
    if (!this.#output.write(piece)) await once(this.#output, "drain");
  }

  /**
   * Writes what is left and closes the file.
   * @returns the digest, `sha256:…`; undefined if it was not hashed
   */
  async finish(): Promise<string | undefined> {
    this.#output.end();
    await finished(this.#output);
    return this.#hash && `sha256:${this.#hash.digest("hex")}`;
  }

  /** Closes and removes the file. */
  async discard(): Promise<void> {
    this.#output.destroy();
    await finished(this.#output).catch(() => {});
    await rm(this.#output.path, { force: true });
  }
}

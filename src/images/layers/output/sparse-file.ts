import { closeSync, constants, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { isZero } from "../../../system/tar/header.ts";

/** Zeros of this many bytes become a hole; less is not worth a call. */
const HOLE = 1 << 16;

/** Writes a new file in which long runs of zeros take no space on disk. */
export class SparseFile {
  readonly #path: string;
  readonly #descriptor: number;
  /** Bytes so far. */
  size = 0;

  /** @throws the system's error if the file is there already, or cannot be made */
  constructor(path: string) {
    this.#path = path;
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    this.#descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  }

  write(piece: Buffer): void {
    let start = 0;
    let at = 0;
    while (at < piece.length) {
      // Parts end where the file's blocks do.
      const end = Math.min(piece.length, at + HOLE - ((this.size + at) % HOLE));
      if (isZero(piece.subarray(at, end))) {
        this.#put(piece, start, at);
        start = end;
      }
      at = end;
    }
    this.#put(piece, start, piece.length);
    this.size += piece.length;
  }

  #put(piece: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) at += writeSync(this.#descriptor, piece, at, end - at, this.size + at);
  }

  /** The file is complete. */
  finish(): void {
    ftruncateSync(this.#descriptor, this.size);
    closeSync(this.#descriptor);
  }

  /** Removes it. */
  discard(): void {
    closeSync(this.#descriptor);
    rmSync(this.#path, { force: true });
  }
}

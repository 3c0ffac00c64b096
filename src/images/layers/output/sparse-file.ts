import { closeSync, constants, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { isZero } from "../../../system/tar/header.ts";
import { countUsedBuffers } from "../../../system/used-buffers.ts";

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
    const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    this.#descriptor = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
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

  /** Bytes that were written before. */
  read(at: number, length: number): Buffer {
    return readBack(this.#descriptor, at, length);
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

/** Bytes of a file from a position on. Zeros at its end might be missing so far. */
export function readBack(descriptor: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  countUsedBuffers(length);
  for (let at = 0; at < length; ) {
    const count = readSync(descriptor, bytes, at, length - at, from + at);
    if (count === 0) return bytes.fill(0, at);
    at += count;
  }
  return bytes;
}

import { readSync } from "node:fs";
import type { Readable } from "node:stream";

/** Reads bytes on demand, from the first to the last. */
export interface Bytes {
  /** The next bytes, at most `max`; none at the end. They are valid until the next call. */
  some(max: number): Promise<Buffer>;
  /** Skips `count` bytes, or all that are left. */
  skip(count: number): Promise<void>;
}

const PIECE = 1 << 20;

/** Reads a regular file. The reads block, which is fastest in a thread of its own. */
export function bytesOfFile(descriptor: number): Bytes & { readonly position: number } {
  const room = Buffer.allocUnsafeSlow(PIECE);
  let position = 0;
  return {
    get position() {
      return position;
    },
    async some(max) {
      const count = readSync(descriptor, room, 0, Math.min(max, PIECE), position);
      position += count;
      return room.subarray(0, count);
    },
    async skip(count) {
      position += count;
    },
  };
}

/** Reads a stream, such as one that decompresses. */
export function bytesOfStream(stream: Readable): Bytes {
  const pieces: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let piece: Buffer = Buffer.alloc(0);
  const some = async (max: number): Promise<Buffer> => {
    while (piece.length === 0) {
      const next = await pieces.next();
      if (next.done) return Buffer.alloc(0);
      piece = next.value;
    }
    const part = piece.subarray(0, max);
    piece = piece.subarray(part.length);
    return part;
  };
  return {
    some,
    async skip(count) {
      for (let left = count; left > 0; ) {
        const { length } = await some(left);
        if (length === 0) return;
        left -= length;
      }
    },
  };
}

/** `count` bytes, or as many as are left. They stay valid. */
export async function exactly(source: Bytes, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let left = count; left > 0; ) {
    const part = await source.some(left);
    if (part.length === 0) break;
    parts.push(Buffer.from(part));
    left -= part.length;
  }
  return Buffer.concat(parts);
}

/**
 * `image-damaged`: incomplete or broken. `image-inconsistent`: readable, but it contradicts itself or is ambiguous.
 * `image-too-large`: a bound is exceeded, which the message names. `unknown-compression`: a layer is neither a tar, nor
 * gzip or zstd.
 */
export type ProblemCode = "image-damaged" | "image-inconsistent" | "image-too-large" | "unknown-compression";

/**
 * What is wrong with a tar or layout. Names in the message come from a stranger: they are quoted, escaped and
 * shortened.
 */
export class ImageProblem extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, what: string) {
    super(what);
    this.code = code;
  }
}

export function damaged(what: string): ImageProblem {
  return new ImageProblem("image-damaged", what);
}

export function inconsistent(what: string): ImageProblem {
  return new ImageProblem("image-inconsistent", what);
}

/** Longest name in a message. */
const LONGEST = 120;

/** A member's name, as messages show it. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
}

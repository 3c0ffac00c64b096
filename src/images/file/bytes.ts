import { readSync } from "node:fs";
import type { Readable } from "node:stream";

/** Bytes by demand, from the first to the last. */
export interface Bytes {
  /** The next bytes, at most `max`; none at the end. They are good until the next call. */
  some(max: number): Promise<Buffer>;
  /** Passes over so many bytes, or over all that are left. */
  skip(count: number): Promise<void>;
}

const PIECE = 1 << 20;

/** Of a regular file. Its reading blocks, which in a thread of its own is the fastest way. */
export function bytesOfFile(descriptor: number): Bytes {
  const room = Buffer.allocUnsafeSlow(PIECE);
  let position = 0;
  return {
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

/** Of a stream, such as one that unpacks. */
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

/** So many bytes, or as many as are left. They stay. */
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

/** `image-damaged`: not whole. `image-inconsistent`: whole, but not what it says, or two things at once. */
export type ProblemCode = "image-damaged" | "image-inconsistent";

/** What is wrong with a tar or layout. Names in it are a stranger's and stand in quotation marks, escaped and bounded. */
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

/** Longest name that a message repeats. */
const LONGEST = 120;

/** A member's name as messages show it. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
}

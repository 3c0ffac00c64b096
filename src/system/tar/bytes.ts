import { fstatSync, readSync } from "node:fs";

/** Reads bytes on demand, from the first to the last. */
export interface Bytes {
  /** The next bytes, at most `max`; none at the end. They are valid until the next call. */
  some(max: number): Promise<Buffer>;
  /** Skips `count` bytes, or all that are left. @returns how many were skipped */
  skip(count: number): Promise<number>;
}

const PIECE = 1 << 20;

/** Reads a regular file. The reads block, which is fastest in a thread of its own. */
export function bytesOfFile(descriptor: number): Bytes {
  const room = Buffer.allocUnsafeSlow(PIECE);
  const { size } = fstatSync(descriptor);
  let position = 0;
  return {
    async some(max) {
      const count = readSync(descriptor, room, 0, Math.min(max, PIECE), position);
      position += count;
      return room.subarray(0, count);
    },
    async skip(count) {
      const skipped = Math.max(0, Math.min(count, size - position));
      position += skipped;
      return skipped;
    },
  };
}

/** Reads a stream, such as one that decompresses. */
export function bytesOfStream(stream: AsyncIterable<Buffer>): Bytes {
  const pieces = stream[Symbol.asyncIterator]();
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
      let left = count;
      while (left > 0) {
        const { length } = await some(left);
        if (length === 0) break;
        left -= length;
      }
      return count - left;
    },
  };
}

/** The bytes in pieces of 1 MiB. */
export function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}

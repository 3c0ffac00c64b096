import type { ReadAt } from "./inventory/ranges.ts";

/** Pieces of a file that were kept, at their positions. */
export class KeptBytes {
  #pieces: { readonly at: number; readonly bytes: Buffer }[] = NONE;
  #length = 0;

  /** Number of bytes that are kept. */
  get length(): number {
    return this.#length;
  }

  /** Positions only grow. */
  add(at: number, bytes: Buffer): void {
    if (this.#pieces === NONE) this.#pieces = [];
    this.#pieces.push({ at, bytes });
    this.#length += bytes.length;
  }

  /** All of them, as if there were no gaps. */
  whole(): Buffer {
    const [first] = this.#pieces;
    return this.#pieces.length === 1 && first ? first.bytes : Buffer.concat(this.#pieces.map(({ bytes }) => bytes));
  }

  /** Bytes of the file up to the first that was not kept. */
  readonly readAt: ReadAt = (offset, length) => {
    if (!Number.isSafeInteger(offset) || !(length > 0)) return EMPTY;
    const parts: Buffer[] = [];
    let next = offset;
    for (let index = this.#indexAt(offset); index < this.#pieces.length && next < offset + length; index++) {
      const { at, bytes } = this.#pieces[index] as { at: number; bytes: Buffer };
      if (at > next) break;
      const part = bytes.subarray(next - at, offset + length - at);
      parts.push(part);
      next += part.length;
    }
    const [first] = parts;
    return parts.length === 1 && first ? first : Buffer.concat(parts);
  };

  /** The piece in which a position is, or the next one. */
  #indexAt(offset: number): number {
    let [low, high] = [0, this.#pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { at, bytes } = this.#pieces[middle] as { at: number; bytes: Buffer };
      if (at + bytes.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The last bytes of a file. */
export class TailBytes {
  readonly #most: number;
  #pieces: Buffer[] = [];
  #length = 0;
  isWhole = true;

  /** @param most minimum number of bytes that are kept, if there are that many */
  constructor(most: number) {
    this.#most = most;
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    for (let [first] = this.#pieces; first && this.#length - first.length >= this.#most; [first] = this.#pieces) {
      this.#pieces.shift();
      this.#length -= first.length;
      this.isWhole = false;
    }
  }

  whole(): Buffer {
    const [first] = this.#pieces;
    return this.#pieces.length === 1 && first ? first : Buffer.concat(this.#pieces);
  }
}

/** Most files keep none. */
const NONE: { readonly at: number; readonly bytes: Buffer }[] = [];
const EMPTY = Buffer.alloc(0);

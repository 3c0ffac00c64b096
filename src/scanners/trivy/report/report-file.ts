import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { BETWEEN_ROWS, indexInWindows, type ReportSource } from "./document.ts";

/** Bytes that are read at a time. */
const WINDOW = 256 << 10;
/** Bytes of rows that are parsed at a time. */
const BATCH = 64 << 10;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * A report in a file that nobody else changes, read piece by piece. One buffer for 50,000 findings has 88 MB: the
 * kernel clears them first, and V8 goes through its heap because of them. That takes 60 ms of CPU more.
 */
export class ReportFile implements ReportSource {
  readonly length: number;
  readonly #descriptor: number;
  readonly #window: Buffer;
  readonly #batch: number;
  readonly #restore: (bytes: Buffer) => void;
  /** The offsets between which the window has the file's bytes. */
  #from = 0;
  #to = 0;

  /**
   * @param restore corrects bytes in place: whole lines, of which it must change none in length
   * @param window for tests
   */
  constructor(path: string, restore: (bytes: Buffer) => void, window = WINDOW) {
    this.#descriptor = openSync(path, "r");
    this.length = fstatSync(this.#descriptor).size;
    this.#window = Buffer.allocUnsafeSlow(window);
    this.#batch = Math.min(BATCH, window);
    this.#restore = restore;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Fills the buffer from an offset on. @returns what there is of it */
  read(into: Buffer, at: number): Buffer {
    let length = 0;
    while (length < into.length) {
      const count = readSync(this.#descriptor, into, length, into.length - length, at + length);
      if (count === 0) break;
      length += count;
    }
    return into.subarray(0, length);
  }

  #see(from: number, length: number): void {
    if (from >= this.#from && from + length <= this.#to) return;
    this.#to = from + this.read(this.#window, from).length;
    this.#from = from;
  }

  byteAt(at: number): number | undefined {
    if (at < 0 || at >= this.length) return undefined;
    this.#see(at, 1);
    return this.#window[at - this.#from];
  }

  indexOf(needle: Buffer, from: number): number {
    for (let at = from; at + needle.length <= this.length; at = this.#to - needle.length + 1) {
      this.#see(at, needle.length);
      if (this.#to < at + needle.length) return -1;
      const seen = this.#window.subarray(0, this.#to - this.#from);
      const index =
        needle.length === 1 ? seen.indexOf(needle, at - this.#from) : indexInWindows(seen, needle, at - this.#from);
      if (index !== -1) return this.#from + index;
    }
    return -1;
  }

  text(from: number, to = this.length): string {
    const bytes = this.read(Buffer.allocUnsafe(Math.max(0, to - from)), from);
    this.#restore(bytes);
    return bytes.toString("utf8");
  }

  *batches(from: number, to: number, key: string): Generator<string> {
    // With room for the list's brackets: around a text, they would be a copy of it.
    const room = Buffer.allocUnsafeSlow(this.#batch + 2);
    room[0] = OPEN;
    for (let at = from; at < to; ) {
      const bytes = this.read(room.subarray(1, 1 + Math.min(this.#batch, to - at)), at);
      if (bytes.length === 0) throw new TypeError("the report has become shorter");
      const isLast = at + bytes.length === to;
      const between = isLast ? bytes.length - 1 : bytes.lastIndexOf(BETWEEN_ROWS);
      if (between === -1) {
        const end = this.#endOfRow(at, to);
        yield `[${this.text(at, end)}]`;
        at = end + 1;
        continue;
      }
      // Nobody needs the digests of vulnerabilities' layers but the file that is written.
      if (key !== "Vulnerabilities") this.#restore(bytes);
      room[between + 2] = CLOSE;
      yield room.toString("utf8", 0, between + 3);
      at += between + 2;
    }
  }

  /** The end of a row that is longer than a batch. */
  #endOfRow(at: number, to: number): number {
    const between = this.indexOf(BETWEEN_ROWS, at);
    return between === -1 || between >= to ? to : between + 1;
  }
}

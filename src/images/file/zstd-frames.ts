import { damaged, inconsistent } from "../fault.ts";

/** The first four bytes of a frame with content, as a number. */
export const FRAME = 0xfd2fb528;

/** True if these are the first four bytes of a frame without content. */
export function isSkippable(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
}

/** Finds the ends of frames in zstd data (RFC 8878), without decompressing it. */
export class ZstdFrames {
  /** Bytes to skip before the next header. */
  #skip = 0;
  #header: "frame" | "skippable" | "descriptor" | "block" = "frame";
  #held: Buffer = Buffer.alloc(0);
  #hasChecksum = false;
  #isAtEnd = false;

  /** Splits a piece at the ends of frames. */
  split(piece: Buffer): Buffer[] {
    const parts: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < piece.length; ) {
      if (this.#skip > 0) {
        const count = Math.min(this.#skip, piece.length - at);
        this.#skip -= count;
        at += count;
      } else {
        const count = Math.min(this.#wanted - this.#held.length, piece.length - at);
        this.#held = Buffer.concat([this.#held, piece.subarray(at, at + count)]);
        at += count;
        if (this.#held.length === this.#wanted) this.#read();
      }
      if (this.#skip > 0 || !this.#isAtEnd) continue;
      parts.push(piece.subarray(start, at));
      start = at;
      this.#isAtEnd = false;
    }
    if (start < piece.length) parts.push(piece.subarray(start));
    return parts;
  }

  /** @throws ImageFault if a frame is cut off */
  finish(): void {
    if (this.#skip > 0 || this.#header !== "frame" || this.#held.length > 0)
      throw damaged("its compression is damaged: it is cut off");
  }

  get #wanted(): number {
    return { frame: 4, skippable: 4, descriptor: 1, block: 3 }[this.#header];
  }

  #read(): void {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    if (this.#header === "frame") this.#readMagic(held.readUInt32LE());
    else if (this.#header === "skippable") this.#endFrame(held.readUInt32LE());
    else if (this.#header === "descriptor") this.#readDescriptor(held.readUInt8());
    else this.#readBlock(held.readUIntLE(0, 3));
  }

  #readMagic(magic: number): void {
    if (magic === FRAME) this.#header = "descriptor";
    else if (isSkippable(magic)) this.#header = "skippable";
    else throw inconsistent("something is behind the end of a layer's zstd");
  }

  #readDescriptor(descriptor: number): void {
    const isSingle = (descriptor & 0x20) !== 0;
    const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
    const contentSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#skip = (isSingle ? 0 : 1) + dictionary + contentSize;
    this.#header = "block";
  }

  #readBlock(header: number): void {
    const type = (header >> 1) & 3;
    const size = header >> 3;
    const isLast = (header & 1) !== 0;
    if (isLast) this.#endFrame((type === 1 ? 1 : size) + (this.#hasChecksum ? 4 : 0));
    else this.#skip = type === 1 ? 1 : size;
  }

  #endFrame(rest: number): void {
    this.#skip = rest;
    this.#header = "frame";
    this.#isAtEnd = true;
  }
}

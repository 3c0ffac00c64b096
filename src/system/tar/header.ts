import { decodeName } from "./names.ts";
import { ambiguousTar, damagedTar, type TarProblem } from "./problem.ts";

/** Bytes of a header; contents are padded to a multiple of it. */
export const BLOCK = 512;

/** Bytes between the end of a content and the next header. */
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

const ZERO = Buffer.alloc(1 << 16);

/** True if the bytes, however many, are all zero. */
export function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += ZERO.length) {
    const piece = bytes.subarray(at, at + ZERO.length);
    if (!piece.equals(piece.length === ZERO.length ? ZERO : ZERO.subarray(0, piece.length))) return false;
  }
  return true;
}

/** The block of 512 bytes that begins a member, without the changes of extended headers. */
export interface TarHeader {
  readonly name: string;
  /** The typeflag; NUL becomes `0`. */
  readonly type: string;
  readonly size: number;
  readonly link: string;
}

/**
 * Reads a member's header like POSIX's ustar, GNU tar and Go's archive/tar, which the scanner, Docker and Podman use. A
 * header that these read differently is refused.
 * @throws TarProblem
 */
export function readHeader(block: Buffer): TarHeader {
  const text = (at: number, length: number) => {
    if (block[at] === 0) return "";
    const end = block.indexOf(0, at);
    return decodeName(block.subarray(at, end === -1 ? at + length : Math.min(end, at + length)));
  };
  if (!isSum(block)) throw damaged();
  const type = String.fromCharCode(block[156] || 0x30);
  const prefix = prefixOf(block, text);
  const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { name, type, size: number(block, 124, 136), link: text(157, 100) };
}

/** True if the checksum is right: the sum of all bytes, with its own field as spaces. */
function isSum(block: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 4)
    sum += byteAt(block, at) + byteAt(block, at + 1) + byteAt(block, at + 2) + byteAt(block, at + 3);
  for (let at = 148; at < 156; at++) sum += 0x20 - byteAt(block, at);
  return sum === number(block, 148, 156);
}

const byteAt = (block: Buffer, at: number) => block[at] as number;

function prefixOf(block: Buffer, text: (at: number, length: number) => string): string {
  const magic = block.readUInt32BE(257) === 0x75737461 ? block.readUInt32BE(261) : 0;
  // "ustar" and NUL. The version behind them should be "00", but no reader looks at it.
  if (magic >>> 16 === 0x7200) {
    // star writes times after 131 bytes of prefix. Go reads them as times, other readers as a part of the name.
    if (block.toString("latin1", 508, 512) === "tar\0") throw ambiguousTar("a member's name can be read in two ways");
    return text(345, 155);
  }
  // GNU's own format has times here. If they are not numbers, Go reads them as a part of the name.
  // It begins with "ustar", two spaces and NUL.
  const isTime = (at: number) => /^[ \0]*[0-7]*[ \0]*$/.test(block.toString("latin1", at, at + 12));
  if (magic === 0x72202000 && !(isTime(345) && isTime(357)))
    throw ambiguousTar("a member's name can be read in two ways");
  return "";
}

/** Reads octal digits, or GNU's base 256 if the first bit is set. */
function number(block: Buffer, from: number, to: number): number {
  let value = 0;
  if ((byteAt(block, from) & 0x80) !== 0) {
    for (let at = from; at < to; at++) value = value * 256 + (byteAt(block, at) & (at === from ? 0x7f : 0xff));
    // Larger numbers are refused here. Rounding never makes one look smaller.
    if (value > Number.MAX_SAFE_INTEGER) throw damagedTar("a member's size is impossible");
    return value;
  }
  let at = from;
  while (at < to && isBlank(block[at])) at++;
  for (; at < to && !isBlank(block[at]); at++) {
    const digit = byteAt(block, at) - 0x30;
    if (digit < 0 || digit > 7) throw damaged();
    value = value * 8 + digit;
  }
  // A NUL ends the text. After a space, Go takes no more digits, and others do not look.
  if (at < to && block[at] === 0x20 && !block.subarray(at, to).every(isBlank)) throw damaged();
  return value;
}

function damaged(): TarProblem {
  return damagedTar("it is not a tar, or a member's header is damaged");
}

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0;

import { damaged, inconsistent } from "./problem.ts";

/** A block of 512 bytes that begins a member, before any extended header has its say. */
export interface TarHeader {
  readonly name: string;
  /** The typeflag, NUL as `0`. */
  readonly type: string;
  readonly size: number;
  readonly link: string;
}

/**
 * Reads a member's header as POSIX's ustar, GNU tar and Go's archive/tar do, by which the scanner, Docker and Podman read. What they
 * would read differently is refused.
 * @throws ImageProblem
 */
export function readHeader(block: Buffer): TarHeader {
  const text = (at: number, length: number) => {
    const field = block.subarray(at, at + length);
    const end = field.indexOf(0);
    return field.toString("utf8", 0, end === -1 ? length : end);
  };
  if (!isSum(block)) throw damaged("it is no tar, or a member's header is damaged");
  const type = String.fromCharCode(block[156] || 0x30);
  const prefix = prefixOf(block, text);
  const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { name, type, size: number(block.subarray(124, 136)), link: text(157, 100) };
}

/** The sum over all bytes, the sum's own field taken as spaces; old writers took bytes as signed. */
function isSum(block: Buffer): boolean {
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let at = 0; at < 512; at++) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] as number;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const sum = number(block.subarray(148, 156));
  return sum === unsigned || sum === signed;
}

function prefixOf(block: Buffer, text: (at: number, length: number) => string): string {
  const magic = block.toString("latin1", 257, 265);
  if (magic === "ustar\x0000") {
    const prefix = text(345, 155);
    // What star writes has times behind 131 bytes of prefix, which Go takes for these, and others for a part of the name.
    const isStar = block.toString("latin1", 508, 512) === "tar\0";
    if (isStar && Buffer.byteLength(prefix) > 130) throw inconsistent("a member's name can be read in two ways");
    return prefix;
  }
  // In GNU's own format times stand there. Where they are none, Go takes them for a part of the name.
  if (magic === "ustar  \0" && ![345, 357].every((at) => isNumber(block.subarray(at, at + 12))))
    throw inconsistent("a member's name can be read in two ways");
  return "";
}

function isNumber(field: Buffer): boolean {
  return ((field[0] ?? 0) & 0x80) !== 0 || /^[ \0]*[0-7]*[ \0]*$/.test(field.toString("latin1"));
}

/** Octal digits, or GNU's base 256, where the first bit is set. */
function number(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) {
    const digits = field.toString("latin1").replace(/^[ \0]+|[ \0].*$/gs, "");
    if (!/^[0-7]*$/.test(digits)) throw damaged("it is no tar, or a member's header is damaged");
    return digits === "" ? 0 : Number.parseInt(digits, 8);
  }
  let value = BigInt((field[0] ?? 0) & 0x7f);
  for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged("a member's size is impossible");
  return Number(value);
}

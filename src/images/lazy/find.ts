import { createHash } from "node:crypto";
import { inflateRawSync, zstdDecompressSync } from "node:zlib";
import { tryOr } from "../../system/errors.ts";
import { TarPass } from "../../system/tar/tar-pass.ts";
import { ImageFault, otherFiles } from "../fault.ts";
import { FRAME, isSkippable, ZstdFrames } from "../file/zstd-frames.ts";
import type { TableClaims } from "../oci/layer-kinds.ts";

/** A layer as it is stored. */
export interface StoredBlob {
  readonly size: number;
  /** Reads exactly these bytes, which the blob must have. */
  readonly read: (at: number, length: number) => Buffer;
  /** Maximum number of bytes of a table, packed or unpacked. */
  readonly most: number;
}

/** Bytes of the longest table. Podman takes 150 MiB; 100,000 files make some 50 MB of eStargz. */
export const MAX_TABLE = 128 << 20;

/**
 * The tables of contents from which an engine that pulls lazily would make a layer's files, as JSON. Such engines
 * ignore the layer's compression. stargz-snapshotter tries all footers (`Open` in its package estargz). Podman uses the
 * annotations, and in older versions the footer (`pkg/chunked` in containers/storage).
 *
 * The table that an annotation names must be there. A registry could give others another layer with that table: no
 * engine that pulls lazily reads enough of the layer to notice.
 * @throws ImageFault `lazy-table-differs` if one cannot be read, `image-too-large`
 */
export function tablesIn(blob: StoredBlob, claims: TableClaims): Buffer[] {
  const end = blob.read(Math.max(0, blob.size - LONGEST_FOOTER), Math.min(LONGEST_FOOTER, blob.size));
  if (isExternal(end)) throw otherFiles("a layer's table of contents is in another image");
  const stargz = stargzOffsets(end, claims.stargz.length > 0).map((at) => stargzTable(blob, at));
  const ranges = distinct([...claims.positions.map(claimedRange), ...footerRanges(blob, end)]);
  const packed = ranges.map((range) => bytesAt(blob, range));
  const tables = [...stargz, ...packed.map((each) => zstdTable(blob, each))];
  requireAll(claims.stargz, tables);
  requireAll(claims.chunked, packed);
  return tables;
}

function requireAll(digests: readonly string[], contents: readonly Buffer[]): void {
  if (digests.length === 0) return;
  const there = new Set(contents.map((each) => `sha256:${createHash("sha256").update(each).digest("hex")}`));
  if (!digests.every((digest) => there.has(digest))) throw otherFiles("an annotation names a table that a layer lacks");
}

const LONGEST_FOOTER = 64;

interface Range {
  readonly at: number;
  readonly length: number;
}

/** A gzip member without content that has the offset in its extra field (docs/estargz.md of stargz-snapshotter). */
function stargzOffsets(end: Buffer, isClaimed: boolean): number[] {
  const texts = [
    { text: footerText(end, 51, 16), hasMagic: footerText(end, 51, 32, 6) === "STARGZ" },
    // From before eStargz; stargz-snapshotter still reads it.
    { text: footerText(end, 47, 12), hasMagic: footerText(end, 47, 28, 6) === "STARGZ" },
  ];
  // Podman requires no magic.
  const isFooter = ({ text, hasMagic }: { text: string; hasMagic: boolean }) =>
    hasMagic || (isClaimed && /^[+-]?[0-9a-f]+$/i.test(text));
  return texts.filter(isFooter).map(({ text }) => {
    if (!/^[0-9a-f]{16}$/i.test(text)) throw unreadable("its offset is not a number");
    return Number.parseInt(text, 16);
  });
}

function footerText(end: Buffer, footer: number, at: number, length = 16): string {
  if (end.length < footer) return "";
  return end.toString("latin1", end.length - footer + at, end.length - footer + at + length);
}

/** True if the table is in its own image, whose name is this one's with a suffix. */
function isExternal(end: Buffer): boolean {
  return footerText(end, 46, 16, 17) === "STARGZEXTERNALTOC";
}

/** The first gzip member at the offset is a tar with the table. */
function stargzTable(blob: StoredBlob, at: number): Buffer {
  const member = bytesAt(blob, { at, length: blob.size - at });
  // Honest writers give the member no name, comment or extra field.
  const hasHeader = member.length > HEADER && member.readUIntBE(0, 4) === 0x1f8b0800;
  if (!hasHeader) throw unreadable("its gzip has no plain header");
  const packed = member.subarray(HEADER);
  return onlyFile(unpacked(blob, (maxOutputLength) => inflateRawSync(packed, { maxOutputLength })));
}

const HEADER = 10;

function onlyFile(tar: Buffer): Buffer {
  const parts: Buffer[] = [];
  let members = 0;
  const pass = new TarPass(
    {
      member({ kind, name }) {
        if (++members > 1 || kind !== "file" || name !== "stargz.index.json")
          throw unreadable("its tar has other files");
      },
      content: (piece) => void parts.push(piece),
    },
    { members: 1, nameBytes: 100, hasEnd: true },
  );
  try {
    pass.write(tar);
    pass.finish();
  } catch (error) {
    throw error instanceof ImageFault ? error : unreadable("its tar is damaged");
  }
  if (members === 0) throw unreadable("its tar is empty");
  return Buffer.concat(parts);
}

/** `<offset>:<bytes>:<unpacked bytes>:<1>`. */
function claimedRange(position: string): Range {
  const [, at, length] = /^(\d{1,15}):(\d{1,15}):\d{1,15}:1$/.exec(position) ?? [];
  if (at === undefined || length === undefined) throw unreadable("its annotation names no position");
  return { at: Number(at), length: Number(length) };
}

/** Numbers of eight bytes: offset, packed and unpacked bytes, kind; the following ones differ between versions. */
function footerRanges(blob: StoredBlob, end: Buffer): Range[] {
  const magic = footerText(end, 8, 0, 8);
  if (magic === "GNUlInUx") return [footerRange(end, 64)];
  if (magic !== "GnUlInUx") return [];
  // One version of Podman reads a longer one, where stargz-snapshotter reads a shorter one.
  const ranges = [40, 56].filter((length) => end.length >= length).map((length) => footerRange(end, length));
  const led = ranges.filter((range) => hasFrame(blob, range));
  if (led.length === 0) throw unreadable("its footer leads nowhere");
  return led;
}

function footerRange(end: Buffer, length: number): Range {
  if (end.length < length) throw unreadable("its footer is cut off");
  const number = (at: number) => Number(end.readBigUInt64LE(end.length - length + at));
  return { at: number(0), length: number(8) };
}

function hasFrame(blob: StoredBlob, { at, length }: Range): boolean {
  if (length < 4 || at + length > blob.size) return false;
  const magic = blob.read(at, 4).readUInt32LE();
  return magic === FRAME || isSkippable(magic);
}

/** Annotation and footer mostly lead to the same table. */
function distinct(ranges: readonly Range[]): Range[] {
  return [...new Map(ranges.map((range) => [`${range.at} ${range.length}`, range])).values()];
}

function zstdTable(blob: StoredBlob, packed: Buffer): Buffer {
  const table = unpacked(blob, (maxOutputLength) => zstdDecompressSync(packed, { maxOutputLength }));
  // Other readers continue with the next frame.
  if (!hasOneFrame(packed)) throw unreadable("it is not one zstd frame");
  return table;
}

function hasOneFrame(packed: Buffer): boolean {
  const frames = new ZstdFrames();
  return tryOr(() => {
    const parts = frames.split(packed);
    frames.finish();
    return parts.length === 1 && packed.readUInt32LE() === FRAME;
  }, false);
}

function bytesAt(blob: StoredBlob, { at, length }: Range): Buffer {
  if (length < 1 || !Number.isSafeInteger(at) || at + length > blob.size)
    throw unreadable("it is outside of the layer");
  if (length > blob.most) throw tooLong(blob);
  return blob.read(at, length);
}

function unpacked(blob: StoredBlob, unpack: (most: number) => Buffer): Buffer {
  try {
    return unpack(blob.most);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw code === "ERR_BUFFER_TOO_LARGE" ? tooLong(blob) : unreadable(`its compression is damaged: ${code}`);
  }
}

function tooLong({ most }: StoredBlob): ImageFault {
  return new ImageFault("image-too-large", `a layer's table of contents has more than ${most} bytes`);
}

function unreadable(why: string): ImageFault {
  return otherFiles(`a layer's table of contents cannot be read: ${why}`);
}

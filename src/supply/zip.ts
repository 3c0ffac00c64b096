import { crc32, inflateRawSync } from "node:zlib";

/** A file cannot be read from a zip. The message is the end of a sentence that begins with the zip's name. */
export class ZipFault extends Error {
  override readonly name = "ZipFault";
}

interface WantedFile {
  readonly name: string;
  /** Limit for its unpacked size. */
  readonly maxBytes: number;
  /** The zip has no other file. */
  readonly isOnly?: boolean;
}

/** Signatures of the end of the directory and of its entries, and the lengths of the fixed parts of both headers. */
const END = Buffer.from("PK\u0005\u0006");
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;

/**
 * The contents of a regular file in a zip, found by the zip's central directory. Writes nothing to disk (APPNOTE.TXT of
 * PKWARE, 4.3).
 * @throws ZipFault
 */
export function fileInZip(zip: Buffer, wanted: WantedFile): Buffer {
  try {
    return contentAt(zip, entryOf(zip, wanted), wanted.maxBytes);
  } catch (cause) {
    // An offset outside of the file, or bytes that cannot be unpacked within the limit.
    throw cause instanceof ZipFault ? cause : new ZipFault("is damaged, or unpacked larger than it says", { cause });
  }
}

/** The offset of its entry in the central directory. */
function entryOf(zip: Buffer, { name, isOnly }: WantedFile): number {
  const end = zip.lastIndexOf(END);
  if (end === -1) throw new ZipFault("is not a zip, or only part of one");
  const count = zip.readUInt16LE(end + 10);
  if (isOnly && count !== 1) throw new ZipFault("does not have exactly one file");
  let at = zip.readUInt32LE(end + 16);
  for (let left = count; left > 0 && zip.readUInt32LE(at) === ENTRY; left--) {
    const nameEnd = at + ENTRY_BYTES + zip.readUInt16LE(at + 28);
    // True for a regular file, by the mode that Unix programs write.
    const isRegular = ((zip.readUInt32LE(at + 38) >>> 16) & 0o170000 & ~0o100000) === 0;
    if (isRegular && zip.toString("utf8", at + ENTRY_BYTES, nameEnd) === name) return at;
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new ZipFault(`does not contain a file ${name}`);
}

function contentAt(zip: Buffer, entry: number, maxBytes: number): Buffer {
  const [flags, method] = [zip.readUInt16LE(entry + 8), zip.readUInt16LE(entry + 10)];
  const [length, size] = [zip.readUInt32LE(entry + 20), zip.readUInt32LE(entry + 24)];
  if (size > maxBytes) throw new ZipFault(`is unpacked larger than ${maxBytes} bytes`);
  if ((flags & 1) !== 0) throw new ZipFault("is encrypted");
  if (method !== 0 && method !== 8) throw new ZipFault("is packed in an unknown way");
  const local = zip.readUInt32LE(entry + 42);
  const start = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + length);
  const data = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: maxBytes });
  if (data.length !== size || crc32(data) !== zip.readUInt32LE(entry + 16)) throw new ZipFault("is damaged");
  return data;
}

import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** The entry is not one that we have kept: damaged, or made by somebody else. */
export class UnusableEntry extends Error {}

const BLOCK = 512;
const PIECE = 1 << 20;
/** Times and owners, which is all that a plain file's extended header has, are far shorter. */
const MAX_EXTENDED = 64 * 1024;
/** Records that change what the next member is called, how long it is, or how it is stored. */
const MEANINGFUL = /^(?:path|linkpath|size|hdrcharset|GNU\.sparse\..*|SCHILY\.realsize)$/;

interface Wanted {
  /** Absolute, empty, ours alone. */
  readonly folder: string;
  /** Names without a folder: these and no others, each once. */
  readonly files: readonly string[];
  /** Bytes of all files together. */
  readonly maxBytes: number;
  /** Called with the number of bytes written since the last call. */
  readonly onBytes?: (count: number) => void;
}

/**
 * Takes the wanted files out of a tar, compressed by zstd or gzip, that a stranger may have made. Each must be there once
 * as a regular file by its plain name, and nothing else may be: no folder, link, device or other name. So no name or mode
 * of the archive's ever reaches the file system; each file is made anew with mode 0600.
 *
 * The format is POSIX.1-2017's `pax` and `ustar`; GNU tar and libarchive write it for short names and sizes below 8 GiB.
 * @throws UnusableEntry Then `folder` may hold some of the files.
 */
export async function unpack(archive: string, wanted: Wanted): Promise<void> {
  const stream = await decompressed(archive);
  try {
    await takeFiles(new Source(stream), wanted);
  } catch (error) {
    // Errors of decompression: Z_DATA_ERROR, Z_BUF_ERROR, ZSTD_error_corruption_detected, …
    if (/^Z/.test((error as NodeJS.ErrnoException).code ?? "")) throw new UnusableEntry("it is damaged");
    throw error;
  } finally {
    stream.destroy();
  }
}

async function decompressed(archive: string): Promise<Readable> {
  const file = await open(archive);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0).finally(() => file.close());
  const options = { chunkSize: PIECE };
  const isZstd = buffer.readUInt32LE() === 0xfd2fb528;
  if (!isZstd && buffer.readUInt16BE() !== 0x1f8b)
    throw new UnusableEntry("it is neither zstd nor gzip, perhaps an error page of a server on the way");
  const through = isZstd ? createZstdDecompress(options) : createGunzip(options);
  // An error destroys `through`, whose reader gets it.
  return pipeline(createReadStream(archive, { highWaterMark: PIECE }), through, () => {});
}

/** Bytes by demand. */
class Source {
  readonly #pieces: AsyncIterator<Buffer>;
  #piece: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** The next bytes, at least one and at most `max`. */
  async some(max: number): Promise<Buffer> {
    while (this.#piece.length === 0) {
      const next = await this.#pieces.next();
      if (next.done) throw new UnusableEntry("it is cut off");
      this.#piece = next.value;
    }
    const part = this.#piece.subarray(0, max);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const part = await this.some(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }
}

async function takeFiles(source: Source, { folder, files, maxBytes, onBytes }: Wanted): Promise<void> {
  const missing = new Set(files);
  let room = maxBytes;
  for (;;) {
    const header = await source.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { name, type, size } = readHeader(header);
    if (type === "x" || type === "g") {
      refuseMeaning(await readExtended(source, size));
      continue;
    }
    if (type !== "0") throw new UnusableEntry("it holds something else than plain files");
    if (!missing.delete(name)) throw new UnusableEntry("it holds a file that was never put there");
    room -= size;
    if (room < 0) throw new UnusableEntry(`it has more than ${maxBytes} bytes`);
    await write(join(folder, name), source, size, onBytes);
    await source.exactly(padding(size));
  }
  if (missing.size > 0) throw new UnusableEntry("a file is missing in it");
}

const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

function readHeader(header: Buffer): { name: string; type: string; size: number } {
  const text = (at: number, length: number) => header.toString("latin1", at, at + length).replace(/\0.*$/s, "");
  const octal = (at: number, length: number) => {
    const digits = text(at, length).trim();
    if (!/^[0-7]+$/.test(digits)) throw new UnusableEntry("it is damaged");
    return Number.parseInt(digits, 8);
  };
  // The sum over all bytes, with the sum's own field taken as spaces.
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== octal(148, 8)) throw new UnusableEntry("it is damaged");
  const type = String.fromCharCode(header[156] ?? 0);
  const prefix = text(257, 5) === "ustar" && header[262] === 0 ? text(345, 155) : "";
  const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { name, type: type === "\0" ? "0" : type, size: octal(124, 12) };
}

async function readExtended(source: Source, size: number): Promise<Buffer> {
  if (size > MAX_EXTENDED) throw new UnusableEntry("it holds something else than plain files");
  const body = await source.exactly(size);
  await source.exactly(padding(size));
  return body;
}

/** `<length> <keyword>=<value>\n`, again and again. */
function refuseMeaning(body: Buffer): void {
  for (let at = 0; at < body.length; ) {
    const [, digits = "", keyword = ""] = /^(\d{1,6}) ([^=\n]+)=/.exec(body.toString("latin1", at, at + 300)) ?? [];
    const length = Number(digits);
    if (keyword === "" || length < digits.length + keyword.length + 3) throw new UnusableEntry("it is damaged");
    if (MEANINGFUL.test(keyword)) throw new UnusableEntry("it holds something else than plain files");
    at += length;
  }
}

async function write(path: string, source: Source, size: number, onBytes?: (count: number) => void): Promise<void> {
  // `wx` makes it or fails: it follows no link and opens nothing that is there.
  const file = await open(path, "wx", 0o600);
  try {
    for (let left = size; left > 0; ) {
      const part = await source.some(left);
      await writeAll(file, part);
      left -= part.length;
      onBytes?.(part.length);
    }
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

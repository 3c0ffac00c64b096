import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createInflateRaw } from "node:zlib";
import { GateError } from "../errors.ts";

const BLOCK = 512;
/** No program of Trivy's is that large; a bomb would fill the disk. */
const MAX_BINARY = 2 * 1024 ** 3;

/**
 * Takes the one regular member `member` out of a release archive, and nothing else: no folder, no link, no other name.
 * @param archive the bytes whose hash was checked
 * @param to must not exist; made with mode 0700
 * @throws GateError `trivy-archive-invalid` where there is no such member or the archive is damaged.
 */
export async function extractMember(archive: Buffer, name: string, member: string, to: string): Promise<void> {
  const output = createWriteStream(to, { flags: "wx", mode: 0o700 });
  const content = name.endsWith(".zip") ? zipMember(archive, member) : tarMember(archive, member);
  try {
    await pipeline(content, output);
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOSPC") throw cause;
    throw invalid("is damaged", cause);
  }
}

function invalid(what: string, cause?: unknown): GateError {
  return new GateError(
    "trivy-archive-invalid",
    `Trivy's release archive ${what}`,
    "Check that `trivy-mirror` serves the release archives unchanged, or that `trivy-sha256` is that of a release archive.",
    { cause },
  );
}

/** The member's bytes out of a gzipped tar (POSIX.1-1988 headers, as Go's archive/tar writes them). */
async function* tarMember(archive: Buffer, member: string): AsyncGenerator<Buffer> {
  const reader = new BlockReader(Readable.from(slices(archive)).pipe(createGunzip()));
  for (;;) {
    const header = await reader.exactly(BLOCK);
    if (header === undefined || header.every((byte) => byte === 0)) throw invalid(`holds no file ${member}`);
    const size = octal(header.subarray(124, 136));
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    const type = header[156];
    const isRegular = type === 0x30 || type === 0;
    if (isRegular && text(header.subarray(0, 100)) === member && text(header.subarray(345, 500)) === "") {
      if (size === 0 || size > MAX_BINARY) throw invalid(`holds a file ${member} of ${size} bytes`);
      yield* reader.stream(size);
      reader.stop();
      return;
    }
    await reader.skip(padded);
  }
}

/** Reads a stream of any chunks in the pieces that a tar is made of. */
class BlockReader {
  readonly #source: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.#source = source;
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async *stream(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) throw invalid("is cut off");
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async exactly(size: number): Promise<Buffer | undefined> {
    const pieces: Buffer[] = [];
    if (this.#rest.length === 0 && !(await this.#more())) return undefined;
    for await (const piece of this.stream(size)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async skip(size: number): Promise<void> {
    for await (const _ of this.stream(size));
  }

  stop(): void {
    this.#source.destroy();
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#rest = next.value;
    return next.value.length > 0 || this.#more();
  }
}

/** The member's bytes out of a zip, found through its central directory (APPNOTE.TXT 4.3.12, 4.3.16). */
async function* zipMember(archive: Buffer, member: string): AsyncGenerator<Buffer> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1) throw invalid("is no zip");
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== 0x02014b50) break;
    const nameLength = archive.readUInt16LE(at + 28);
    const isRegular = ((archive.readUInt32LE(at + 38) >>> 16) & 0o170000 & ~0o100000) === 0;
    if (isRegular && archive.toString("utf8", at + 46, at + 46 + nameLength) === member) {
      yield* zipContent(archive, at, member);
      return;
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw invalid(`holds no file ${member}`);
}

async function* zipContent(archive: Buffer, entry: number, member: string): AsyncGenerator<Buffer> {
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const size = archive.readUInt32LE(entry + 24);
  const local = archive.readUInt32LE(entry + 42);
  if (size === 0 || size > MAX_BINARY) throw invalid(`holds a file ${member} of ${size} bytes`);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + packed);
  if (bytes.length !== packed || (method !== 0 && method !== 8)) throw invalid("is damaged");
  const content = Readable.from(slices(bytes));
  let written = 0;
  for await (const piece of method === 0 ? content : content.pipe(createInflateRaw())) {
    written += (piece as Buffer).length;
    if (written > size) throw invalid("is damaged");
    yield piece as Buffer;
  }
  if (written !== size) throw invalid("is cut off");
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end === -1 ? field.length : end);
}

function octal(field: Buffer): number {
  const digits = text(field).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw invalid("is damaged");
  return Number.parseInt(digits, 8);
}

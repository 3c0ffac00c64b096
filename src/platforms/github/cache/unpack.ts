import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { DamagedTar, readTar, type TarMember } from "../../../system/store/tar.ts";

/** The entry is not one that we have kept: damaged, or made by somebody else. */
export class UnusableEntry extends Error {}

const PIECE = 1 << 20;

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
 * @throws UnusableEntry Then `folder` may hold some of the files.
 */
export async function unpack(archive: string, wanted: Wanted): Promise<void> {
  const stream = await decompressed(archive);
  try {
    await takeFiles(stream, wanted);
  } catch (error) {
    if (error instanceof DamagedTar) throw new UnusableEntry(`it ${error.message}`);
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

async function takeFiles(stream: Readable, { folder, files, maxBytes, onBytes }: Wanted): Promise<void> {
  const missing = new Set(files);
  let room = maxBytes;
  for await (const member of readTar(stream)) {
    if (member.type !== "0" || member.isRenamed) throw new UnusableEntry("it holds something else than plain files");
    if (!missing.delete(member.name)) throw new UnusableEntry("it holds a file that was never put there");
    room -= member.size;
    if (room < 0) throw new UnusableEntry(`it has more than ${maxBytes} bytes`);
    await write(join(folder, member.name), member, onBytes);
  }
  if (missing.size > 0) throw new UnusableEntry("a file is missing in it");
}

async function write(path: string, member: TarMember, onBytes?: (count: number) => void): Promise<void> {
  // `wx` makes it or fails: it follows no link and opens nothing that is there.
  const file = await open(path, "wx", 0o600);
  try {
    for await (const part of member.content()) {
      await writeAll(file, part);
      onBytes?.(part.length);
    }
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

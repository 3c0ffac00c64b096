import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { writeMembers } from "../../../system/tar/members.ts";
import { TarProblem } from "../../../system/tar/problem.ts";

/** The entry is damaged, or another program made it. */
export class UnusableEntry extends Error {}

const PIECE = 1 << 20;

/** The files of an entry, and their destination. */
export interface EntryFiles {
  /** Absolute, empty, ours alone. */
  readonly folder: string;
  /** Names without a folder. The archive must hold exactly these, each once. */
  readonly files: readonly string[];
  /** Largest total size of all files, in bytes. */
  readonly maxBytes: number;
}

/**
 * Takes the wanted files out of a tar that a stranger may have made, compressed by zstd or gzip. Each file must be in
 * it once, as a regular file with its plain name. Nothing else may be in it: no folder, link, device or other name. So
 * no name or mode from the archive reaches the file system; each file is created with mode 0600.
 * @throws UnusableEntry; `folder` may then hold some of the files
 */
export async function unpack(archive: string, { folder, files, maxBytes }: EntryFiles): Promise<void> {
  const stream = await decompressed(archive);
  const missing = new Set(files);
  let room = maxBytes;
  try {
    await writeMembers(stream, ({ kind, name, size }) => {
      if (kind !== "file") throw new UnusableEntry("it holds something other than plain files");
      if (!missing.delete(name)) throw new UnusableEntry("it holds a file that was never put there");
      room -= size;
      if (room < 0) throw new UnusableEntry(`it has more than ${maxBytes} bytes`);
      return join(folder, name);
    });
    if (missing.size > 0) throw new UnusableEntry("a file is missing in it");
  } catch (error) {
    if (error instanceof TarProblem) throw new UnusableEntry(`it ${error.clause}`);
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
  // An error destroys `through`, and so reaches its reader.
  return pipeline(createReadStream(archive, { highWaterMark: PIECE }), through, () => {});
}

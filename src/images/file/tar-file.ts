import { closeSync, openSync, readSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Bytes, bytesOfFile, bytesOfStream } from "../../system/tar/bytes.ts";

/**
 * Opens a tar, and decompresses it if its first bytes are gzip's, as the scanner does.
 * @param signal ends the decompression, which then throws
 */
export async function withBytes<T>(
  path: string,
  read: (source: Bytes) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  using cleanup = new DisposableStack();
  const descriptor = cleanup.adopt(openSync(path, "r"), closeSync);
  const magic = Buffer.alloc(2);
  readSync(descriptor, magic, 0, 2, 0);
  if (magic.readUInt16BE() !== 0x1f8b) return await read(bytesOfFile(descriptor));
  const packed = Readable.from(piecesOf(bytesOfFile(descriptor)));
  const unpacking = pipeline(packed, createGunzip({ chunkSize: 1 << 20 }), () => {});
  signal?.addEventListener("abort", () => unpacking.destroy(new Error("it takes too long")), { once: true });
  try {
    return await read(bytesOfStream(unpacking));
  } finally {
    unpacking.destroy();
    packed.destroy();
  }
}
async function* piecesOf(bytes: Bytes): AsyncGenerator<Buffer> {
  for (;;) {
    const piece = await bytes.some(Number.MAX_SAFE_INTEGER);
    if (piece.length === 0) return;
    yield Buffer.from(piece);
  }
}

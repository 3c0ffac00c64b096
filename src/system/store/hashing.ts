import { createHash } from "node:crypto";
import { readSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Big enough for fast reading, small enough for the processor's cache. */
const CHUNK = 1 << 20;

/** SHA-256 of bytes in lower-case hexadecimal. */
export function sha256OfBytes(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a file in lower-case hexadecimal, as fast as `sha256sum`, without blocking other work. */
export async function sha256OfFile(path: string): Promise<string> {
  await using file = await open(path, "r");
  return await sha256Of(file);
}

/**
 * Copies a file and returns the SHA-256 of the copy, even if the original changes meanwhile.
 * @param to must not exist; created with `mode`. It is there afterwards only if all of it is: on a full disk, the
 * answer needs the room
 */
export async function copyHashed(from: string, to: string, mode: number): Promise<string> {
  await using source = await open(from, "r");
  const copy = await open(to, "wx", mode);
  try {
    return await sha256Of(source, copy);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  } finally {
    await copy.close();
  }
}

/** Reads one buffer while the other is hashed. */
async function sha256Of(source: FileHandle, copy?: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  let current = Buffer.allocUnsafe(CHUNK);
  let other = Buffer.allocUnsafe(CHUNK);
  let reading = source.read(current, 0, CHUNK, null);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return hash.digest("hex");
    const bytes = current.subarray(0, bytesRead);
    [current, other] = [other, current];
    reading = source.read(current, 0, CHUNK, null);
    hash.update(bytes);
    if (copy !== undefined) await writeAll(copy, bytes);
  }
}

/** Writes all bytes: one call may write fewer. */
export async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** Writes all bytes from a position of the file on. */
export function writeAllAt(file: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

/** Fills the buffer with bytes of the file from a position on. Returns false if the file ends too early. */
export function readAllAt(file: number, bytes: Buffer, position: number): boolean {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(file, bytes, at, bytes.length - at, position + at);
    if (count === 0) return false;
    at += count;
  }
  return true;
}

/** A file to be hashed, and perhaps copied meanwhile. */
export interface HashWork {
  readonly path: string;
  /** A file that must not exist, and becomes a private copy. It, not the original, is what the answer is about. */
  readonly copy?: string | undefined;
}

/** SHA-256 of a file or of its copy. */
export function hashed({ path, copy }: HashWork): Promise<string> {
  return copy === undefined ? sha256OfFile(path) : copyHashed(path, copy, 0o700);
}

import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { GateError } from "../errors.ts";

/** Fits into a processor's cache: with a new buffer of 512 KiB or more, reading takes four times as long. */
const CHUNK = 1 << 18;

/** SHA-256 of bytes in lower-case hexadecimal. */
export function sha256OfBytes(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Opens a file. It may have been replaced by a pipe, which would block the read, or by a device without an end.
 * @throws GateError `file-not-regular`
 */
function openFile(path: string): number {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  const what = `${JSON.stringify(path)} is not a regular file`;
  throw new GateError("file-not-regular", what, "Name a file, not a folder, device or pipe.");
}

/**
 * SHA-256 of a part of an open file in lower-case hexadecimal. Reading the next bytes during hashing is slower if other
 * threads work, and no faster if none does.
 */
export function hashOf(
  source: number,
  { from = 0, to = Number.MAX_SAFE_INTEGER }: Pick<HashWork, "from" | "to">,
  copy?: number,
): string {
  const hash = createHash("sha256");
  const room = Buffer.allocUnsafe(CHUNK);
  for (let at = from; ; ) {
    const count = readSync(source, room, 0, Math.min(CHUNK, to - at), at);
    if (count === 0) return hash.digest("hex");
    const bytes = room.subarray(0, count);
    hash.update(bytes);
    if (copy !== undefined) writeAllAt(copy, bytes, at);
    at += count;
  }
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
  /** The first byte that counts. */
  readonly from?: number;
  /** The first byte that does not count any more. */
  readonly to?: number;
  /**
   * A file that becomes a copy with mode 0700. It must not exist yet, except for its other parts. The answer is about
   * the copy, not about the original. It exists afterwards only if it is complete: on a full disk, the answer needs the
   * room.
   */
  readonly copy?: string | undefined;
}

/**
 * SHA-256 of a file or of its copy in lower-case hexadecimal. It blocks this thread: a large file is for
 * `hashedBeside`.
 */
export function hashed(work: HashWork): string {
  const { path, copy } = work;
  using cleanup = new DisposableStack();
  const file = cleanup.adopt(openFile(path), closeSync);
  if (copy === undefined) return hashOf(file, work);
  const flags = (work.from ?? work.to) === undefined ? "wx" : constants.O_WRONLY | constants.O_CREAT;
  const to = cleanup.adopt(openSync(copy, flags, 0o700), closeSync);
  try {
    return hashOf(file, work, to);
  } catch (error) {
    // A part's retry needs the other part. The copy goes with the run's folder at the end.
    if (flags === "wx") rmSync(copy, { force: true });
    throw error;
  }
}

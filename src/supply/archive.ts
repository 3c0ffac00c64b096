import { createHash } from "node:crypto";
import { createWriteStream, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createInflateRaw } from "node:zlib";
import { GateError } from "../system/errors.ts";
import { slices } from "../system/tar/archive.ts";
import { bytesOfStream } from "../system/tar/bytes.ts";
import { piecesOf, plainMembers } from "../system/tar/members.ts";
import { TarProblem } from "../system/tar/problem.ts";
import { installError, type Publisher } from "./publisher.ts";
import type { KeptRelease } from "./tool-cache.ts";

/** In bytes. Scanners' archives have 60 MB, and the programs in them 180 MB. A bomb would fill memory or disk. */
export const MAX_RELEASE_FILE = 1 << 30;

type Invalid = (what: string, cause?: unknown) => GateError;

/**
 * Extracts the regular file `member` from a release archive, and nothing else: no folder, link or other name. We read
 * the archive in this process, since the machine's `tar` could be any program on the PATH.
 * @param archive the bytes whose hash was checked
 * @param to must not exist; created with mode 0700
 * @returns SHA-256 of the member
 * @throws GateError `…-archive-invalid` if there is no such member or the archive is damaged
 */
export async function extractMember(
  archive: Buffer,
  { archive: name, member, publisher }: Pick<KeptRelease, "archive" | "member"> & { readonly publisher: Publisher },
  to: string,
): Promise<string> {
  const invalid = (what: string, cause?: unknown) => invalidArchive(what, cause, publisher);
  const bytes = name.endsWith(".zip") ? zipMember(archive, member, invalid) : tarMember(archive, member, invalid);
  const hash = createHash("sha256");
  const file = createWriteStream(to, { flags: "wx", mode: 0o700 });
  let isOurs = false;
  file.once("open", () => {
    isOurs = true;
  });
  try {
    await pipeline(
      bytes,
      async function* (chunks) {
        for await (const chunk of chunks as AsyncIterable<Buffer>) {
          hash.update(chunk);
          yield chunk;
        }
      },
      file,
    );
    return hash.digest("hex");
  } catch (cause) {
    if (isOurs) rmSync(to, { force: true });
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (cause instanceof GateError || code === "ENOSPC" || code === "EDQUOT") throw cause;
    throw invalid(cause instanceof TarProblem ? cause.clause : "is damaged", cause);
  }
}

function invalidArchive(what: string, cause: unknown, publisher: Publisher): GateError {
  const { tool, name } = publisher;
  return installError(
    publisher,
    "archive-invalid",
    `${name}'s release archive ${what}`,
    `Check that \`${tool}-mirror\` serves the release archives unchanged, or that \`${tool}-sha256\` is that of a release archive.`,
    cause,
  );
}

/** The member's bytes in a gzipped tar. Reads the archive to its end, so that gzip's own checksum is verified. */
async function* tarMember(archive: Buffer, member: string, invalid: Invalid): AsyncGenerator<Buffer> {
  const unpacking = createGunzip({ chunkSize: 1 << 20 });
  const done = pipeline(Readable.from(slices(archive)), unpacking);
  // The reader of `unpacking` gets its error.
  done.catch(() => {});
  try {
    let found = false;
    for await (const each of plainMembers(bytesOfStream(bounded(unpacking, invalid)))) {
      if (each.name !== member || each.kind !== "file") continue;
      if (found || each.size === 0) throw invalid(`does not hold exactly one file ${member} with something in it`);
      found = true;
      yield* piecesOf(each);
    }
    if (!found) throw invalid(`holds no file ${member}`);
    await done;
  } finally {
    unpacking.destroy();
  }
}

async function* bounded(chunks: AsyncIterable<Buffer>, invalid: Invalid): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_RELEASE_FILE) throw invalid(`holds more than ${MAX_RELEASE_FILE} bytes`);
    yield chunk;
  }
}

/** The member's bytes in a zip, located by its central directory (APPNOTE.TXT 4.3.12, 4.3.16). */
async function* zipMember(archive: Buffer, member: string, invalid: Invalid): AsyncGenerator<Buffer> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1) throw invalid("is no zip");
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== 0x02014b50) break;
    const nameLength = archive.readUInt16LE(at + 28);
    const isRegular = ((archive.readUInt32LE(at + 38) >>> 16) & 0o170000 & ~0o100000) === 0;
    if (isRegular && archive.toString("utf8", at + 46, at + 46 + nameLength) === member) {
      yield* zipContent(archive, { entry: at, member }, invalid);
      return;
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw invalid(`holds no file ${member}`);
}

async function* zipContent(
  archive: Buffer,
  { entry, member }: { readonly entry: number; readonly member: string },
  invalid: Invalid,
): AsyncGenerator<Buffer> {
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const size = archive.readUInt32LE(entry + 24);
  const local = archive.readUInt32LE(entry + 42);
  if (size === 0 || size > MAX_RELEASE_FILE) throw invalid(`holds a file ${member} of ${size} bytes`);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + packed);
  if (bytes.length !== packed || (method !== 0 && method !== 8)) throw invalid("is damaged");
  const content = Readable.from(slices(bytes));
  let written = 0;
  for await (const chunk of method === 0 ? content : content.pipe(createInflateRaw())) {
    written += (chunk as Buffer).length;
    if (written > size) throw invalid("is damaged");
    yield chunk as Buffer;
  }
  if (written !== size) throw invalid("is cut off");
}

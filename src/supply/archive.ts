import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { gunzip, inflateRaw } from "node:zlib";
import { GateError } from "../system/errors.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import { bytesOfStream, slices } from "../system/tar/bytes.ts";
import { contentOf, plainMembers } from "../system/tar/members.ts";
import { TarProblem } from "../system/tar/problem.ts";
import { installError, type Publisher } from "./publisher.ts";
import type { KeptRelease } from "./tool-cache.ts";

/** In bytes. Scanners' archives have 60 MB, and the programs in them 180 MB. A bomb would fill memory or disk. */
export const MAX_RELEASE_FILE = 1 << 30;

/** @param what the end of a sentence that begins with the archive */
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
  const invalid: Invalid = (what, cause) =>
    installError(
      publisher,
      "archive-invalid",
      `${publisher.name}'s release archive ${what}`,
      `Check that \`${publisher.tool}-mirror\` serves the release archives unchanged, or that \`${publisher.tool}-sha256\` is that of a release archive.`,
      cause,
    );
  const bytes = await (name.endsWith(".zip") ? zipMember : tarMember)(archive, member, invalid).catch((cause) => {
    throw cause instanceof GateError
      ? cause
      : invalid(cause instanceof TarProblem ? cause.clause : "is damaged", cause);
  });
  writeFileSync(to, bytes, { flag: "wx", mode: 0o700 });
  return sha256OfBytes(bytes);
}

const LIMIT = { maxOutputLength: MAX_RELEASE_FILE };

/** The member's bytes in a gzipped tar. Reads the archive to its end. */
async function tarMember(archive: Buffer, member: string, invalid: Invalid): Promise<Buffer> {
  const unpacked = await promisify(gunzip)(archive, LIMIT);
  let found: Buffer | undefined;
  for await (const each of plainMembers(bytesOfStream(pieces(unpacked)))) {
    if (each.name !== member || each.kind !== "file") continue;
    if (found !== undefined || each.size === 0)
      throw invalid(`does not hold exactly one file ${member} with something in it`);
    found = await contentOf(each);
  }
  if (found === undefined) throw invalid(`holds no file ${member}`);
  return found;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  yield* slices(bytes);
}

/** The member's bytes in a zip, located by its central directory (APPNOTE.TXT 4.3.12, 4.3.16). */
async function zipMember(archive: Buffer, member: string, invalid: Invalid): Promise<Buffer> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1) throw invalid("is no zip");
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== 0x02014b50) break;
    const nameLength = archive.readUInt16LE(at + 28);
    const isRegular = ((archive.readUInt32LE(at + 38) >>> 16) & 0o170000 & ~0o100000) === 0;
    if (isRegular && archive.toString("utf8", at + 46, at + 46 + nameLength) === member)
      return zipContent(archive, { entry: at, member }, invalid);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw invalid(`holds no file ${member}`);
}

async function zipContent(
  archive: Buffer,
  { entry, member }: { readonly entry: number; readonly member: string },
  invalid: Invalid,
): Promise<Buffer> {
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const size = archive.readUInt32LE(entry + 24);
  const local = archive.readUInt32LE(entry + 42);
  if (size === 0 || size > MAX_RELEASE_FILE) throw invalid(`holds a file ${member} of ${size} bytes`);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + packed);
  if (bytes.length !== packed || (method !== 0 && method !== 8)) throw invalid("is damaged");
  const content = method === 0 ? bytes : await promisify(inflateRaw)(bytes, LIMIT);
  if (content.length !== size) throw invalid("is damaged");
  return content;
}

import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { GateError } from "../system/errors.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import { membersOf } from "../system/tar/members.ts";
import { TarProblem } from "../system/tar/problem.ts";
import { installError } from "./publisher.ts";
import type { Release } from "./release.ts";
import { fileInZip, ZipFault } from "./zip.ts";

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
  { archive: name, member, publisher }: Release,
  to: string,
): Promise<string> {
  const invalid: Invalid = (what, cause) =>
    installError(
      publisher,
      "archive-invalid",
      `${publisher.name}'s release archive ${what}`,
      `Check that \`${publisher.tool}-mirror\` serves the release archives unchanged, or that \`${publisher.tool}-sha256\` is the hash of a release archive.`,
      cause,
    );
  const wanted = { name: member, maxBytes: MAX_RELEASE_FILE };
  const read = async () =>
    name.endsWith(".zip") ? fileInZip(archive, wanted) : await tarMember(archive, member, invalid);
  const bytes = await read().catch((cause) => {
    if (cause instanceof GateError) throw cause;
    const clause =
      cause instanceof TarProblem ? cause.clause : cause instanceof ZipFault ? cause.message : "is damaged";
    throw invalid(clause, cause);
  });
  if (bytes.length === 0) throw invalid(`contains an empty file ${member}`);
  writeFileSync(to, bytes, { flag: "wx", mode: 0o700 });
  return sha256OfBytes(bytes);
}

/** The member's bytes in a gzipped tar. Reads the archive to its end. */
async function tarMember(archive: Buffer, member: string, invalid: Invalid): Promise<Buffer> {
  const unpacked = await promisify(gunzip)(archive, { maxOutputLength: MAX_RELEASE_FILE });
  const found = membersOf(unpacked).filter(({ name, kind }) => name === member && kind === "file");
  const [only] = found;
  if (only === undefined) throw invalid(`does not contain a file ${member}`);
  if (found.length > 1 || only.size === 0) throw invalid(`does not contain exactly one non-empty file ${member}`);
  return unpacked.subarray(only.offset, only.offset + only.size);
}

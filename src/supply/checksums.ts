import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readSmallText } from "../system/given-files.ts";
import { sha256OfFile } from "../system/store/hashing.ts";
import { type FileParts, hasParts, PARTS, partsOf } from "../system/store/parts.ts";

// What holds a stored database to the bytes that were downloaded.

/** Name of the file with the hashes that a database's other files had when it was downloaded. */
export const CHECKSUM_FILE = "image-gate.json";
/**
 * A checksum has 5 kB. Anyone who can write to the repository's cache can make it any size, and each part costs time.
 */
const MAX_CHECKSUM_BYTES = 64 * 1024;

const schema = z.object({
  version: z.literal(1),
  /** SHA-256 in lower-case hexadecimal, keyed by file name. */
  files: z.record(z.string(), z.string()),
  /** The parts of the same files, which are checked on all cores. Absent in checksums of earlier versions. */
  parts: z.record(z.string(), z.object({ size: z.number(), sha256: z.array(z.string()).max(PARTS) })).optional(),
  /** The repository that it was downloaded from. Absent in checksums of earlier versions. */
  from: z.string().optional(),
});

/** Records the SHA-256 of a database's files. */
export async function writeChecksums(folder: string, files: readonly string[], from?: string): Promise<void> {
  const hashes: Record<string, string> = {};
  const parts: Record<string, FileParts> = {};
  for (const file of files) {
    hashes[file] = await sha256OfFile(join(folder, file));
    parts[file] = await partsOf(join(folder, file));
  }
  writeFileSync(join(folder, CHECKSUM_FILE), `${JSON.stringify({ version: 1, files: hashes, parts, from })}\n`, {
    mode: 0o600,
  });
}

/**
 * How the files differ from those that were with a checksum, as the end of a sentence. Undefined: they do not. This
 * finds damage, and changes by somebody who did not also change the checksum.
 */
export async function brokenChecksum(folder: string, files: readonly string[]): Promise<string | undefined> {
  const checksums = readChecksums(folder);
  if (checksums === undefined) return `it has no usable ${CHECKSUM_FILE}, which holds its SHA-256`;
  for (const file of files) {
    const isWhole = await hasChecksum(join(folder, file), checksums.files[file], checksums.parts?.[file]).catch(
      () => false,
    );
    if (!isWhole) return `the SHA-256 of its ${file} is wrong`;
  }
  return undefined;
}

/**
 * Whether a database came from a repository that this run does not ask, as the end of a sentence: what one repository
 * says is not what another says. Undefined: it did not, or an earlier version kept it.
 * @param asked the repositories that this run would download from; undefined: any
 */
export function foreignSource(folder: string, asked: readonly string[] | undefined): string | undefined {
  const from = readChecksums(folder)?.from;
  if (from === undefined || asked === undefined || asked.includes(from)) return undefined;
  return `it came from ${JSON.stringify(from.slice(0, 200))}, which this run does not ask`;
}

/** Where a database came from, for the log. */
export function sourceWords(folder: string): string {
  const from = readChecksums(folder)?.from;
  return from === undefined ? "of a repository that was not noted" : `of ${from.slice(0, 200)}`;
}

/** The SHA-256 that a checksum names for a file, which costs nothing to read. Undefined: it names none. */
export function storedHash(folder: string, file: string): string | undefined {
  const sha256 = readChecksums(folder)?.files[file];
  return sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined;
}

async function hasChecksum(path: string, sha256: string | undefined, parts: FileParts | undefined): Promise<boolean> {
  return parts === undefined ? (await sha256OfFile(path)) === sha256 : hasParts({ path }, parts);
}

function readChecksums(folder: string): z.infer<typeof schema> | undefined {
  const path = join(folder, CHECKSUM_FILE);
  try {
    return schema.safeParse(JSON.parse(readSmallText(path, MAX_CHECKSUM_BYTES)), { jitless: true }).data;
  } catch {
    return undefined;
  }
}

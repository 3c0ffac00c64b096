import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { sha256OfFile } from "../../../system/store/hashing.ts";

/** Name of the file that says what the other files of a database were when it was downloaded. */
export const SEAL = "image-gate.json";

const schema = z.object({
  version: z.literal(1),
  /** SHA-256 in lower-case hexadecimal, by file name. */
  files: z.record(z.string(), z.string()),
});

/** Writes down the SHA-256 of a database's files, which Trivy's own metadata do not have. */
export async function seal(folder: string, files: readonly string[]): Promise<void> {
  const hashes: Record<string, string> = {};
  for (const file of files) hashes[file] = await sha256OfFile(join(folder, file));
  writeFileSync(join(folder, SEAL), `${JSON.stringify({ version: 1, files: hashes })}\n`, { mode: 0o600 });
}

/**
 * How the files differ from what they were when they were sealed, as the end of a sentence; undefined: they do not. It
 * finds what was damaged, or changed by somebody who did not change the seal.
 */
export async function brokenSeal(folder: string, files: readonly string[]): Promise<string | undefined> {
  const sealed = readSeal(folder);
  if (sealed === undefined) return `it has no usable ${SEAL}, which holds its SHA-256`;
  for (const file of files) {
    const sha256 = await sha256OfFile(join(folder, file)).catch(() => undefined);
    if (sha256 !== sealed[file]) return `the SHA-256 of its ${file} is wrong`;
  }
  return undefined;
}

function readSeal(folder: string): Record<string, string> | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(join(folder, SEAL), "utf8"))).data?.files;
  } catch {
    return undefined;
  }
}

import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { cancelled, GateError } from "../system/errors.ts";
import { hashedProgram } from "../system/store/hashed-program.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import { programFolder } from "../system/store/program-folder.ts";
import type { World } from "../system/world.ts";
import { extractMember, MAX_RELEASE_FILE } from "./archive.ts";
import { installError } from "./publisher.ts";
import type { Release } from "./release.ts";
import { type CheckedRelease, readProof, signedChecksum } from "./signature.ts";
import type { ReleaseFiles } from "./tool-cache.ts";

/** A verified program, in a place where no other program can change it. */
export interface VerifiedProgram {
  readonly path: string;
  readonly sha256: string;
}

/** Files that cannot be used. */
export interface Wrong {
  /** The end of a sentence that begins with the files' names. */
  readonly wrong: string;
  /** True if their bytes differ from the released ones, and not only the proof is missing. */
  readonly isReplaced?: boolean;
}

/**
 * Verifies files from an untrusted place, and extracts the program.
 * @throws GateError `…-archive-invalid`, `run-cancelled`
 */
export async function verifiedProgram(
  files: ReleaseFiles,
  wanted: CheckedRelease,
  world: World,
): Promise<VerifiedProgram | Wrong> {
  const { program, archiveSha256 } = wanted;
  const expected = program?.sha256 ?? archiveSha256 ?? (await proven(files.proof, wanted));
  if (typeof expected === "object") return expected;
  const path = program === undefined ? files.archive : files.binary;
  if (path === undefined)
    return { wrong: `there is no ${program ? wanted.member : `${wanted.archive} by which it can be checked`}` };
  if (statSync(path).size > MAX_RELEASE_FILE)
    return { wrong: `it has more than ${MAX_RELEASE_FILE} bytes`, isReplaced: true };
  const found = program === undefined ? readFileSync(path) : await hashedProgram(path, world, program);
  const actual = Buffer.isBuffer(found) ? sha256OfBytes(found) : found.sha256;
  if (actual !== expected) return { wrong: `its SHA-256 is ${actual}, not ${expected}`, isReplaced: true };
  return Buffer.isBuffer(found) ? extracted(found, wanted, world) : found;
}

/** The archive's SHA-256, according to its proof. */
async function proven(path: string | undefined, wanted: CheckedRelease): Promise<string | Wrong> {
  const proof = path === undefined ? undefined : readProof(path);
  if (proof === undefined) return { wrong: "it has no signature that could be checked" };
  try {
    return await signedChecksum(proof, wanted);
  } catch (error) {
    if (!(error instanceof GateError) || error.code === cancelled().code) throw error;
    return { wrong: error.what, isReplaced: true };
  }
}

/**
 * Extracts the program from a verified archive into a separate, otherwise empty folder.
 * @throws GateError `…-archive-invalid`; `…-hash-mismatch` if the program's own SHA-256 is known but differs
 */
export async function extracted(archive: Buffer, release: Release, world: World): Promise<VerifiedProgram> {
  const { member, program, publisher } = release;
  const path = join(programFolder(world), member);
  const sha256 = await extractMember(archive, release, path);
  if (program === undefined || sha256 === program.sha256) return { path, sha256 };
  rmSync(path, { force: true });
  throw installError(
    publisher,
    "hash-mismatch",
    `The program in ${release.archive} has the SHA-256 ${sha256}, not the released one's ${program.sha256}`,
    `Do not use this archive. Check github.com/${publisher.repository} for an advisory, and \`${publisher.tool}-mirror\` where you gave it.`,
  );
}

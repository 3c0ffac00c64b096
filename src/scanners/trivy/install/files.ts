import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { MAX_RELEASE_FILE } from "../../../supply/archive.ts";
import { knownProgram } from "../../../supply/known-archives.ts";
import type { CheckSignature } from "../../../supply/signature.ts";
import type { ReleaseFiles } from "../../../supply/tool-cache.ts";
import { PROOF_FILE } from "../../../supply/tool-cache.ts";
import { GateError } from "../../../system/errors.ts";
import { type HashedProgram, hashedProgram } from "../../../system/store/hashed-program.ts";
import { sha256OfBytes } from "../../../system/store/hashing.ts";
import { programFolder } from "../../../system/store/program-folder.ts";
import type { World } from "../../../system/world.ts";
import { extractMember } from "./archive.ts";
import { partsOfBinary, type Release } from "./release.ts";
import { provenHash, readProof } from "./signature.ts";

/** A release, and the data that identify its files. */
export interface WantedRelease extends Release {
  /** SHA-256 that the archive must have. Undefined: the one that a valid signature names. */
  readonly archiveSha256: string | undefined;
  readonly checkSignature: CheckSignature;
}

/** A verified program, in a place where no one else can change it. */
export interface VerifiedProgram {
  readonly path: string;
  /** SHA-256 of the program, if it was computed. */
  readonly sha256?: string | undefined;
  /** What it answers when it is asked for its version, if that is known without asking. */
  readonly version?: string | undefined;
}

/** The files that are needed to verify a release again offline. Always the same for a given release. */
export function lastingFiles({ member, archive, binarySha256, archiveSha256 }: WantedRelease): readonly string[] {
  if (binarySha256 !== undefined) return [member];
  return archiveSha256 === undefined ? [archive, PROOF_FILE] : [archive];
}

/**
 * Verifies files from an untrusted place, and extracts the program.
 * @returns the program, or, if the files must not be used, what is wrong with them, as a part of a sentence
 * @throws GateError `trivy-archive-invalid`, `run-cancelled`.
 */
export async function verifiedProgram(
  files: ReleaseFiles,
  release: WantedRelease,
  world: World,
): Promise<VerifiedProgram | { readonly wrong: string }> {
  if (release.binarySha256 !== undefined) {
    if (files.binary === undefined) return { wrong: `there is no ${release.member}` };
    if (isTooLarge(files.binary)) return TOO_LARGE;
    const expected = { sha256: release.binarySha256, parts: partsOfBinary(release.binarySha256) };
    const program = await hashedProgram(files.binary, world, expected);
    return program.sha256 === release.binarySha256 ? program : wrongHash(program.sha256, release.binarySha256);
  }
  const known = await knownToBe(files.binary, release, world);
  if (known !== undefined) return known;
  if (files.archive === undefined) return { wrong: `there is no ${release.archive} by which it can be checked` };
  if (isTooLarge(files.archive)) return TOO_LARGE;
  const archive = readFileSync(files.archive);
  const expected = release.archiveSha256 ?? (await provenByFile(files.proof, archive, release));
  if (typeof expected !== "string") return expected;
  const actual = sha256OfBytes(archive);
  return actual === expected ? extracted(archive, release, world) : wrongHash(actual, expected);
}

/** The unpacked program, if it is the one that an earlier run found in this very archive. */
async function knownToBe(path: string | undefined, { archiveSha256 }: WantedRelease, world: World) {
  if (path === undefined || archiveSha256 === undefined || isTooLarge(path)) return undefined;
  const known = knownProgram(archiveSha256, "trivy", world);
  if (known === undefined) return undefined;
  const program = await hashedProgram(path, world, known);
  return program.sha256 === known.sha256 ? { ...program, version: known.version } : undefined;
}

const TOO_LARGE = { wrong: `it has more than ${MAX_RELEASE_FILE} bytes` };

/** Checked before reading: anyone who can write to a shared tool cache must not be able to fill the memory. */
function isTooLarge(path: string): boolean {
  return statSync(path).size > MAX_RELEASE_FILE;
}

function wrongHash(actual: string, expected: string): { readonly wrong: string } {
  return { wrong: `its SHA-256 is ${actual}, not ${expected}` };
}

async function provenByFile(path: string | undefined, archive: Buffer, release: WantedRelease) {
  const proof = path === undefined ? undefined : readProof(path);
  if (proof === undefined) return { wrong: "it has no signature by which it can be checked" };
  try {
    return await provenHash(proof, release, archive, release.checkSignature);
  } catch (error) {
    if (!(error instanceof GateError) || error.code === CANCELLED) throw error;
    return { wrong: error.what };
  }
}

const CANCELLED = "run-cancelled";

/**
 * Extracts the program from a verified archive into an otherwise empty folder of our own.
 * @throws GateError `trivy-archive-invalid`; `trivy-hash-mismatch` if the program's own SHA-256 is known but differs
 */
export async function extracted(archive: Buffer, release: Release, world: World): Promise<HashedProgram> {
  const path = join(programFolder(world), release.member);
  const sha256 = await extractMember(archive, release.archive, release.member, path);
  if (release.binarySha256 === undefined || sha256 === release.binarySha256) return { path, sha256 };
  rmSync(path, { force: true });
  throw new GateError(
    "trivy-hash-mismatch",
    `The program in ${release.archive} has the SHA-256 ${sha256}, not ${release.binarySha256} as the one that was released`,
    "Do not use this archive. Check github.com/aquasecurity/trivy for an advisory, and `trivy-mirror` where you gave it.",
  );
}

import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { cancelled, GateError } from "../system/errors.ts";
import { hashedProgram } from "../system/store/hashed-program.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import { programFolder } from "../system/store/program-folder.ts";
import type { World } from "../system/world.ts";
import { extractMember, MAX_RELEASE_FILE } from "./archive.ts";
import { knownProgram } from "./known-archives.ts";
import { type CheckedRelease, type ReleaseProof, readProof, signedArchive, signedChecksum } from "./proof.ts";
import { installError, type Publisher } from "./publisher.ts";
import type { Release } from "./release.ts";
import type { ReleaseFiles } from "./tool-cache.ts";

/** A release, and what its files are held to. */
export interface WantedRelease extends Release, CheckedRelease {
  /** SHA-256 that the archive must have. Absent: the one that a valid signature names. */
  readonly archiveSha256: string | undefined;
}

/** A verified program, in a place where no one else can change it. */
export interface VerifiedProgram {
  readonly path: string;
  readonly sha256: string;
  /** Of the archive that it is from, if that was needed to verify it. */
  readonly archiveSha256: string | undefined;
  /** What it answers when it is asked for its version, if that is known without asking. */
  readonly told?: string | undefined;
}

/** Files that cannot be used. */
export interface Wrong {
  /** The end of a sentence that begins with them. */
  readonly wrong: string;
  /** They are not only unproven: their bytes are other ones than were released. */
  readonly isReplaced?: boolean;
}

/**
 * Verifies files from an untrusted place, and extracts the program.
 * @throws GateError `…-archive-invalid`, `run-cancelled`
 */
export async function verifiedProgram(
  files: ReleaseFiles,
  wanted: WantedRelease,
  world: World,
): Promise<VerifiedProgram | Wrong> {
  const { program, archiveSha256, member } = wanted;
  if (program !== undefined) {
    if (files.binary === undefined) return { wrong: `there is no ${member}` };
    if (isTooLarge(files.binary)) return TOO_LARGE;
    const found = await hashedProgram(files.binary, world, program);
    return found.sha256 === program.sha256 ? { ...found, archiveSha256 } : wrongHash(found.sha256, program.sha256);
  }
  const proof = archiveSha256 === undefined && files.proof !== undefined ? readProof(files.proof) : undefined;
  const expected = archiveSha256 ?? (await proven(proof, (good) => signedChecksum(good, wanted)));
  if (typeof expected === "object") return expected;
  const known = await knownToBe(files.binary, expected, wanted, world);
  if (known !== undefined) return known;
  if (files.archive === undefined) return { wrong: `there is no ${wanted.archive} by which it can be checked` };
  if (isTooLarge(files.archive)) return TOO_LARGE;
  const archive = readFileSync(files.archive);
  const whole = expected ?? (await proven(proof, (good) => signedArchive(good, wanted, archive)));
  if (typeof whole === "object") return whole;
  const actual = sha256OfBytes(archive);
  return actual === whole ? extracted({ bytes: archive, sha256: actual }, wanted, world) : wrongHash(actual, whole);
}

const UNPROVEN: Wrong = { wrong: "it has no signature by which it can be checked" };

async function proven<T>(proof: ReleaseProof | undefined, check: (proof: ReleaseProof) => Promise<T>) {
  if (proof === undefined) return UNPROVEN;
  try {
    return await check(proof);
  } catch (error) {
    if (!(error instanceof GateError) || error.code === cancelled().code) throw error;
    return { wrong: error.what, isReplaced: true } satisfies Wrong;
  }
}

/** The unpacked program, if it is the one that an earlier run found in this very archive. */
async function knownToBe(
  path: string | undefined,
  archiveSha256: string | undefined,
  { tool }: Release,
  world: World,
): Promise<VerifiedProgram | undefined> {
  if (path === undefined || archiveSha256 === undefined || isTooLarge(path)) return undefined;
  const known = knownProgram(archiveSha256, tool, world);
  if (known === undefined) return undefined;
  const program = await hashedProgram(path, world, known);
  return program.sha256 === known.sha256 ? { ...program, archiveSha256, told: known.version } : undefined;
}

const TOO_LARGE: Wrong = { wrong: `it has more than ${MAX_RELEASE_FILE} bytes`, isReplaced: true };

/** Checked before reading: anyone who can write to a shared tool cache must not be able to fill the memory. */
function isTooLarge(path: string): boolean {
  return statSync(path).size > MAX_RELEASE_FILE;
}

function wrongHash(actual: string, expected: string): Wrong {
  return { wrong: `its SHA-256 is ${actual}, not ${expected}`, isReplaced: true };
}

/**
 * Extracts the program from a verified archive into an otherwise empty folder of our own.
 * @throws GateError `…-archive-invalid`; `…-hash-mismatch` if the program's own SHA-256 is known but differs
 */
export async function extracted(
  archive: { readonly bytes: Buffer; readonly sha256: string },
  release: Release & { readonly publisher: Publisher },
  world: World,
): Promise<VerifiedProgram> {
  const { member, program, publisher } = release;
  const path = join(programFolder(world), member);
  const sha256 = await extractMember(archive.bytes, release, path);
  if (program === undefined || sha256 === program.sha256) return { path, sha256, archiveSha256: archive.sha256 };
  rmSync(path, { force: true });
  throw installError(
    publisher,
    "hash-mismatch",
    `The program in ${release.archive} has the SHA-256 ${sha256}, not ${program.sha256} as the one that was released`,
    `Do not use this archive. Check github.com/${publisher.repository} for an advisory, and \`${publisher.tool}-mirror\` where you gave it.`,
  );
}

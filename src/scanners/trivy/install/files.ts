import { linkSync, lstatSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { copyHashed, sha256OfBytes, sha256OfFile } from "../../../system/store/hashing.ts";
import { isPrivate } from "../../../system/store/private-file.ts";
import { programFolder } from "../../../system/store/program-folder.ts";
import type { World } from "../../../system/world.ts";
import { extractMember, MAX_RELEASE_FILE } from "./archive.ts";
import type { Release } from "./release.ts";
import { type CheckSignature, PROOF_FILE, provenHash, readProof } from "./signature.ts";

/** A release, and by what its files are recognised. */
export interface WantedRelease extends Release {
  /** SHA-256 that the archive must have; undefined: the one that a good signature names. */
  readonly archiveSha256: string | undefined;
  readonly checkSignature: CheckSignature;
}

/** Files of a release, by their paths, wherever they lie. Nothing of it can be trusted. */
export interface ReleaseFiles {
  readonly binary?: string | undefined;
  readonly archive?: string | undefined;
  /** What proves the archive, where only a signature does. */
  readonly proof?: string | undefined;
}

/** A program that is what it should be, at a place where nobody else can change it. */
export interface VerifiedProgram {
  readonly path: string;
  /** SHA-256 of the program where it was computed. */
  readonly sha256?: string | undefined;
}

/** The files by which a release can be verified again without a network; for one and the same release always these. */
export function lastingFiles({ member, archive, binarySha256, archiveSha256 }: WantedRelease): readonly string[] {
  if (binarySha256 !== undefined) return [member];
  return archiveSha256 === undefined ? [archive, PROOF_FILE] : [archive];
}

/**
 * The program out of files that lay somewhere, verified now.
 * @returns what is wrong with them, as a part of a sentence, where they must not be used
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
    const program = await hashedProgram(files.binary, world);
    return program.sha256 === release.binarySha256 ? program : wrongHash(program.sha256, release.binarySha256);
  }
  if (files.archive === undefined) return { wrong: `there is no ${release.archive} by which it can be checked` };
  if (isTooLarge(files.archive)) return TOO_LARGE;
  const archive = readFileSync(files.archive);
  const expected = release.archiveSha256 ?? (await provenByFile(files.proof, archive, release));
  if (typeof expected !== "string") return expected;
  const actual = sha256OfBytes(archive);
  return actual === expected ? { path: await extracted(archive, release, world) } : wrongHash(actual, expected);
}

const TOO_LARGE = { wrong: `it has more than ${MAX_RELEASE_FILE} bytes` };

/** Looked at before it is read: whoever can write to a shared tool cache must not fill the memory. */
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
 * A program and its hash, at the place from which it will run: in a folder of this run alone, so that what was hashed is what
 * is started, whoever replaces the original meanwhile, another gate of ours included. Where only we and root may write to the
 * original, a second link to it is enough, which costs nothing; else it is copied.
 */
export async function hashedProgram(path: string, world: World): Promise<{ path: string; sha256: string }> {
  const real = realpathSync(path);
  const own = join(programFolder(world), world.platform === "win32" ? "trivy.exe" : "trivy");
  if (isPrivate(real, world.platform) && isLinked(real, own)) return { path: own, sha256: await sha256OfFile(own) };
  return { path: own, sha256: await copyHashed(real, own, 0o700) };
}

/** False where it cannot be linked, as to another file system, or where something else came in between: then there is no link. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch {
    return false;
  }
  const status = lstatSync(to);
  const isOurs = status.uid === 0 || status.uid === process.geteuid?.();
  if (isOurs && status.isFile() && (status.mode & 0o122) === 0o100) return true;
  rmSync(to);
  return false;
}

/**
 * The program out of a verified archive, in a folder of our own that has nothing else in it.
 * @throws GateError `trivy-archive-invalid`; `trivy-hash-mismatch` where the program's own SHA-256 is known, and another
 */
export async function extracted(archive: Buffer, release: Release, world: World): Promise<string> {
  const path = join(programFolder(world), release.member);
  const sha256 = await extractMember(archive, release.archive, release.member, path);
  if (release.binarySha256 === undefined || sha256 === release.binarySha256) return path;
  rmSync(path, { force: true });
  throw new GateError(
    "trivy-hash-mismatch",
    `The program in ${release.archive} has the SHA-256 ${sha256}, not ${release.binarySha256} as the one that was released`,
    "Do not use this archive. Check github.com/aquasecurity/trivy for an advisory, and `trivy-mirror` where you gave it.",
  );
}

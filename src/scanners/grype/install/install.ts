import { lstatSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { MAX_RELEASE_FILE } from "../../../supply/archive.ts";
import { keepKnown, knownProgram } from "../../../supply/known-archives.ts";
import { addressOf, type ReleaseSource, releaseSource } from "../../../supply/release-source.ts";
import type { CheckSignature, SigstoreTrust } from "../../../supply/signature.ts";
import { findInToolCache, keepInToolCache, PROOF_FILE, type ReleaseFiles } from "../../../supply/tool-cache.ts";
import { GateError } from "../../../system/errors.ts";
import { isWithin } from "../../../system/given-files.ts";
import { findProgram } from "../../../system/program-folders.ts";
import { type SharedCache, unusableEntry } from "../../../system/shared-cache.ts";
import { hashedProgram } from "../../../system/store/hashed-program.ts";
import { sha256OfBytes } from "../../../system/store/hashing.ts";
import { whileLocked } from "../../../system/store/lock.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import { programFolder } from "../../../system/store/program-folder.ts";
import { databaseStore } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerWish } from "../../scanner.ts";
import { extractProgram } from "./archive.ts";
import { downloadArchive, fetchProof } from "./download.ts";
import { readProof, signatureCheck, signedChecksum } from "./proof.ts";
import {
  DEFAULT_VERSION,
  PUBLISHER,
  parseVersion,
  type Release,
  type ReleaseTable,
  refuseBadVersion,
  releaseFor,
} from "./release.ts";
import { askVersion, type ToldVersion } from "./version.ts";

/** A verified Grype that no other process can change. */
export interface InstalledGrype extends ToldVersion {
  /** Absolute path of the program. */
  readonly path: string;
  readonly sha256?: string | undefined;
}

/**
 * Provides a verified Grype: the given one, else one from the runner's tool cache or the shared cache, else one that
 * is downloaded. It is verified at each start: by the user's SHA-256, the compiled-in one, or the signature of its
 * release.
 * @param trust whose signatures count, and what releases are held to; only tests use others than Sigstore's and ours
 * @throws GateError `grype-…`, `runner-unsupported`, `run-cancelled`, `program-…`
 */
export async function installGrype(
  request: ScannerWish,
  world: World,
  trust: SigstoreTrust & { readonly table?: ReleaseTable } = {},
): Promise<InstalledGrype> {
  const { binary, sha256 } = request;
  if (binary !== undefined) return givenBinary(binary, sha256, world, trust.table);
  const release = releaseFor(parseVersion(request.version ?? DEFAULT_VERSION), world, trust.table);
  refuseBadVersion(release.version, trust.table);
  const wanted = wantedRelease(release, request, world, trust);
  const program = await provided(wanted, request, world);
  const told = await askVersion(program.path, world);
  refuseBadVersion(told.version, trust.table);
  if (sha256 === undefined && told.version !== release.version)
    throw new GateError(
      "grype-version-invalid",
      `The program in ${release.archive} says that it is Grype ${told.version}`,
      "Do not use this archive: its name and its content are of two versions.",
    );
  await keepKnown(
    { archive: program.archiveSha256, program: program.path, name: "grype", version: told.version },
    world,
  );
  return { path: program.path, sha256: program.sha256, ...told };
}

/** A release, and what identifies its archive. */
interface Wanted extends Release {
  /** Absent: the one that a valid signature names. */
  readonly archiveSha256: string | undefined;
  readonly check: CheckSignature;
}

/** The release with the hash that counts: the user's, else the table's. Without either, the signature counts. */
function wantedRelease(
  release: Release,
  { sha256, mirror, offline }: ScannerWish,
  world: World,
  trust: SigstoreTrust,
): Wanted {
  const known = release.archiveSha256;
  // With a mirror, Sigstore usually cannot be reached, or must not be.
  const mayRefresh = mirror === undefined && offline !== true;
  const check = signatureCheck({ trust, mayRefresh }, world);
  if (sha256 === undefined || sha256 === known) return { ...release, archiveSha256: known, check };
  if (known !== undefined)
    world.log.notice(
      `\`grype-sha256\` (${sha256}) differs from the SHA-256 of ${release.archive} that is compiled in (${known}); yours counts.`,
    );
  return { ...release, archiveSha256: sha256, program: undefined, check };
}

interface Verified {
  readonly path: string;
  readonly sha256: string;
  readonly archiveSha256: string;
}

/** Files that cannot be used. */
interface Wrong {
  /** The end of a sentence that begins with them. */
  readonly wrong: string;
  /** They are not only unproven: their bytes are other ones than were released. */
  readonly isReplaced?: boolean;
}

async function provided(wanted: Wanted, request: ScannerWish, world: World): Promise<Verified> {
  const kept = await fromToolCache(wanted, world);
  if (kept !== undefined && !("wrong" in kept)) return kept;
  if (kept === undefined) return fromElsewhere(wanted, request, world);
  const what = `Grype ${wanted.version} in the tool cache (${findInToolCache(wanted, world)?.folder}) is not what it should be: ${kept.wrong}`;
  world.log.warning(`${what}. It is replaced.`);
  try {
    return await fromElsewhere(wanted, request, world);
  } catch (cause) {
    if (!kept.isReplaced || world.signal.aborted || !(cause instanceof GateError)) throw cause;
    throw new GateError(
      "grype-hash-mismatch",
      `${what}; and no other could be had: ${cause.what}`,
      `Find out who can write to this runner's tool cache. ${cause.remedy}`,
      { cause },
    );
  }
}

/** The tool cache's files, if they can be verified now. Undefined: there are none. */
async function fromToolCache(wanted: Wanted, world: World): Promise<Verified | Wrong | undefined> {
  const entry = findInToolCache(wanted, world);
  return entry && verified(entry, wanted, world);
}

/** Verifies files from an untrusted place, and puts the program where no one else can change it. */
async function verified(files: ReleaseFiles, wanted: Wanted, world: World): Promise<Verified | Wrong> {
  const expected = wanted.archiveSha256 ?? (await provenBy(files.proof, wanted));
  if (typeof expected === "object") return expected;
  const known = wanted.program ?? knownProgram(expected, "grype", world);
  if (known !== undefined && files.binary !== undefined && isSmall(files.binary)) {
    const program = await hashedProgram(files.binary, world, known);
    if (program.sha256 === known.sha256) return { ...program, archiveSha256: expected };
  }
  if (files.archive === undefined) return { wrong: `there is no ${wanted.archive} by which it can be checked` };
  if (!isSmall(files.archive)) return { wrong: `it has more than ${MAX_RELEASE_FILE} bytes`, isReplaced: true };
  const archive = readFileSync(files.archive);
  const actual = sha256OfBytes(archive);
  if (actual !== expected) return { wrong: `its SHA-256 is ${actual}, not ${expected}`, isReplaced: true };
  return unpacked(archive, expected, wanted, world);
}

const isSmall = (path: string): boolean => statSync(path).size <= MAX_RELEASE_FILE;

async function provenBy(path: string | undefined, wanted: Wanted): Promise<string | Wrong> {
  const proof = path === undefined ? undefined : readProof(path);
  if (proof === undefined) return { wrong: "it has no signature by which it can be checked" };
  try {
    return await signedChecksum(proof, wanted, wanted.check);
  } catch (error) {
    if (!(error instanceof GateError) || error.code === CANCELLED) throw error;
    return { wrong: error.what, isReplaced: true };
  }
}

const CANCELLED = "run-cancelled";

async function unpacked(archive: Buffer, archiveSha256: string, wanted: Wanted, world: World) {
  const path = join(programFolder(world), wanted.member);
  const sha256 = await extractProgram(archive, wanted, path);
  return { path, sha256, archiveSha256 };
}

/** If several runs share a tool cache, one downloads and the others wait for it, but not forever. */
async function fromElsewhere(wanted: Wanted, request: ScannerWish, world: World): Promise<Verified> {
  const { offline, mirror, timeoutMs } = request;
  if (offline === true && mirror === undefined)
    throw new GateError(
      "grype-offline",
      `Grype ${wanted.version} is not in this runner's tool cache, and \`offline\` forbids asking for it`,
      "Name a copy of Grype's releases by `grype-mirror`, or an installed Grype by `grype-binary`.",
    );
  const source = releaseSource(request, PUBLISHER, world.log);
  const cache = offline === true ? undefined : request.cache;
  const fetch = async () =>
    (await fromSharedCache(wanted, cache, world)) ?? (await fromDownload(wanted, source, cache, world));
  const name = `grype-${wanted.version}-${world.arch}`;
  const lock = { folder: databaseStore(world), name, what: `Grype ${wanted.version}`, waitMs: timeoutMs / 2 };
  return whileLocked(lock, world, async () => {
    const kept = await fromToolCache(wanted, world);
    return kept === undefined || "wrong" in kept ? fetch() : kept;
  });
}

async function fromDownload(
  wanted: Wanted,
  source: ReleaseSource,
  cache: SharedCache | undefined,
  world: World,
): Promise<Verified> {
  const folder = privateFolder(world, "download");
  const [file, proofFile] = [join(folder, wanted.archive), join(folder, PROOF_FILE)];
  const proof = wanted.archiveSha256 === undefined ? await fetchProof(wanted, source, world) : undefined;
  // Checked now, so that nothing large is downloaded for an invalid signature.
  const expected = proof === undefined ? wanted.archiveSha256 : await signedChecksum(proof, wanted, wanted.check);
  const address = addressOf(source, wanted.version, wanted.archive);
  world.log.info(`Downloading Grype ${wanted.version} from ${address}`);
  await downloadArchive(wanted, file, source, world);
  const archive = readFileSync(file);
  const sha256 = sha256OfBytes(archive);
  if (expected === undefined || sha256 !== expected)
    throw new GateError(
      "grype-hash-mismatch",
      `${address} has the SHA-256 ${sha256}, not ${expected}: it is not the archive that was released, or was cut off`,
      "Check `grype-mirror` and `grype-sha256` where you gave them. Where it stays, do not use this archive: check github.com/anchore/grype for an advisory.",
    );
  const program = await unpacked(archive, sha256, wanted, world);
  if (proof !== undefined) writeFileSync(proofFile, JSON.stringify(proof), { mode: 0o600 });
  keepInToolCache({ binary: program.path, archive: file, proof: proof && proofFile }, wanted, world);
  cache?.save({ key: cacheKey(wanted, world), files: cachedFiles(wanted) }, folder);
  return program;
}

/** Any entry of this version will do: it includes what proves it, and is verified. */
function cacheKey({ version, archiveSha256 }: Wanted, { platform, arch }: World): string {
  return `grype-${version}-${platform}-${arch}-${archiveSha256?.slice(0, 12) ?? "signed"}`;
}

function cachedFiles({ archive, archiveSha256 }: Wanted): string[] {
  return archiveSha256 === undefined ? [archive, PROOF_FILE] : [archive];
}

async function fromSharedCache(
  wanted: Wanted,
  cache: SharedCache | undefined,
  world: World,
): Promise<Verified | undefined> {
  const folder = privateFolder(world, "restored");
  const key = await cache?.restore({ key: cacheKey(wanted, world), files: cachedFiles(wanted) }, folder);
  if (key === undefined) return undefined;
  const [archive, proof] = [join(folder, wanted.archive), join(folder, PROOF_FILE)].map((path) =>
    lstatSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined,
  );
  const found = await verified({ archive, proof }, wanted, world);
  if ("wrong" in found) {
    world.log.warning(unusableEntry(key, found.wrong).message);
    return undefined;
  }
  keepInToolCache({ binary: found.path, archive, proof }, wanted, world);
  return found;
}

/** The Grype that `grype-binary` names, checked as far as possible: by the user's SHA-256, and by its version. */
async function givenBinary(
  binary: string,
  sha256: string | undefined,
  world: World,
  table: ReleaseTable | undefined,
): Promise<InstalledGrype> {
  const path = findBinary(binary, world);
  if (sha256 === undefined) warnOfWorkspace(path, binary, world);
  const program = await hashedProgram(path, world);
  if (sha256 !== undefined && program.sha256 !== sha256)
    throw new GateError(
      "grype-hash-mismatch",
      `The program ${JSON.stringify(binary)} has the SHA-256 ${program.sha256}, not ${sha256}`,
      "Give the program's own SHA-256 as `grype-sha256` (with `grype-binary` it is not the archive's), or replace the program.",
    );
  const told = await askVersion(program.path, world);
  refuseBadVersion(told.version, table);
  return { ...program, ...told };
}

/** A pull request may have added the program, and such a program decides the answer. */
function warnOfWorkspace(path: string, binary: string, { workspace, log }: World): void {
  if (!isWithin(realpathSync(workspace), path)) return;
  const warning = new GateError(
    "grype-binary-in-workspace",
    `\`grype-binary\` ${JSON.stringify(binary)} lies in the workspace, where a change that is not merged can put a program of its own`,
    "Install Grype outside of it, or give the program's SHA-256 as `grype-sha256`.",
  );
  log.warning(warning.message);
}

/** A path is relative to the workspace; a bare name is on the PATH, but not in folders that the job may fill. */
function findBinary(binary: string, world: World): string {
  const isName = !/[\\/]/.test(binary);
  const path = isName ? findProgram(binary, world) : resolve(world.workspace, binary);
  if (path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile()) return realpathSync(path);
  throw new GateError(
    "grype-binary-missing",
    isName
      ? `There is no program ${JSON.stringify(binary)} on the PATH, apart from folders of the workspace and RUNNER_TEMP`
      : `\`grype-binary\` ${JSON.stringify(binary)} is not a file`,
    "Check the path, which is relative to the workspace, or install Grype in a step before this one.",
  );
}

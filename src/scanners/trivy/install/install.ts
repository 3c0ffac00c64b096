import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { keepKnown } from "../../../supply/known-archives.ts";
import { addressOf, type ReleaseSource, releaseSource } from "../../../supply/release-source.ts";
import type { SigstoreTrust } from "../../../supply/signature.ts";
import { findInToolCache, keepInToolCache, PROOF_FILE, type ReleaseFiles } from "../../../supply/tool-cache.ts";
import { GateError } from "../../../system/errors.ts";
import { isWithin } from "../../../system/given-files.ts";
import { findProgram } from "../../../system/program-folders.ts";
import type { SharedCache } from "../../../system/shared-cache.ts";
import { hashedProgram } from "../../../system/store/hashed-program.ts";
import { sha256OfBytes, sha256OfFile } from "../../../system/store/hashing.ts";
import { whileLocked } from "../../../system/store/lock.ts";
import { isPrivate, privateFolder } from "../../../system/store/private-file.ts";
import { databaseStore } from "../../../system/store/store.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerWish } from "../../scanner.ts";
import { downloadArchive } from "./download.ts";
import { extracted, verifiedProgram, type WantedRelease } from "./files.ts";
import { restoreRelease, saveRelease, versionsInToolCache } from "./kept-releases.ts";
import {
  DEFAULT_VERSION,
  PUBLISHER,
  parseVersion,
  partsOfBinary,
  type Release,
  refuseBadVersion,
  refuseDeletedVersion,
  releaseFor,
  versionOfBinary,
} from "./release.ts";
import { fetchProof, provenHash, type ReleaseProof, signatureCheck, signedChecksum } from "./signature.ts";
import { askVersion } from "./version.ts";

/** `version` as in `0.76.0` or `v0.76.0`. */
export type InstallRequest = ScannerWish;

/** A verified Trivy that no other process can change. */
export interface InstalledTrivy {
  /** Absolute path of the program. */
  readonly path: string;
  readonly version: string;
  readonly origin: "tool cache" | "shared cache" | "download" | "given binary";
  /** SHA-256 of the program, if it was computed. */
  readonly sha256?: string | undefined;
}

/** A verified Trivy whose version is the one that was asked for, or that an earlier run learnt. */
interface Found extends InstalledTrivy {
  readonly knownVersion?: string | undefined;
}

/**
 * Provides a verified Trivy: the given one, else one from the runner's tool cache or the shared cache (verified again),
 * else a downloaded one. It is verified by the user's SHA-256, the compiled-in one, or the signature of its release.
 * @param trust whose signatures count; only tests use another than Sigstore's
 * @throws GateError `trivy-…`, `runner-unsupported`, `run-cancelled`, `program-…`.
 */
export async function installTrivy(
  request: InstallRequest,
  world: World,
  trust: SigstoreTrust = {},
): Promise<InstalledTrivy> {
  if (request.binary !== undefined) return givenBinary(request.binary, request.sha256, world);
  const release = releaseFor(parseVersion(request.version ?? DEFAULT_VERSION), world);
  refuseBadVersion(release.version);
  const wanted = wantedRelease(release, request, world, trust);
  const installed = (await fromToolCache(wanted, world)) ?? (await fromElsewhere(wanted, request, world));
  // Our own table gives an archive's version. For any other archive, we also ask the program.
  const isOurs = wanted.archiveSha256 !== undefined && wanted.archiveSha256 === release.archiveSha256;
  return isOurs ? installed : confirmVersion(installed, wanted, world);
}

/** The release with the hash that counts: the user's, else the table's. Without either, the signature counts. */
function wantedRelease(
  release: Release,
  { sha256, mirror, offline }: InstallRequest,
  world: World,
  trust: SigstoreTrust,
): WantedRelease {
  const known = release.archiveSha256;
  // With a mirror, Sigstore usually cannot be reached, or must not be.
  const mayRefresh = mirror === undefined && offline !== true;
  const checkSignature = signatureCheck({ trust, mayRefresh }, world);
  if (sha256 === undefined || sha256 === known) return { ...release, archiveSha256: known, checkSignature };
  if (known !== undefined)
    world.log.notice(
      `\`trivy-sha256\` (${sha256}) differs from the SHA-256 of ${release.archive} that is compiled in (${known}); yours counts.`,
    );
  return { ...release, archiveSha256: sha256, binarySha256: undefined, checkSignature };
}

/** Uses the tool cache's files only if they can be verified now. Wrong ones are logged and replaced. */
async function fromToolCache(release: WantedRelease, world: World, saysWhatIsWrong = true): Promise<Found | undefined> {
  const entry = findInToolCache(release, world);
  if (entry === undefined) return undefined;
  const program = await verifiedProgram(entry, release, world);
  if (!("wrong" in program))
    return { ...program, origin: "tool cache", version: release.version, knownVersion: program.version };
  if (saysWhatIsWrong)
    world.log.warning(
      `Trivy ${release.version} in the tool cache (${entry.folder}) is not what it should be: ${program.wrong}. It is replaced.`,
    );
  return undefined;
}

/** If several runs share a tool cache, one downloads and the others wait for it, but not forever. */
async function fromElsewhere(release: WantedRelease, request: InstallRequest, world: World): Promise<Found> {
  if (request.offline === true && request.mirror === undefined) throw await offlineError(release, world);
  const source = releaseSource(request, PUBLISHER, world.log);
  const cache = request.offline === true ? undefined : request.cache;
  const fetch = async (): Promise<Found> =>
    (await fromSharedCache(release, cache, world)) ?? (await fromDownload(release, source, cache, world));
  if (world.toolCache === undefined) return fetch();
  const name = `trivy-${release.version}-${world.arch}`;
  const what = `Trivy ${release.version}`;
  const lock = { folder: databaseStore(world), name, what, waitMs: request.timeoutMs / 2 };
  return whileLocked(lock, world, async () => {
    return (await fromToolCache(release, world, false)) ?? fetch();
  });
}

async function offlineError({ version }: Release, { arch }: World): Promise<GateError> {
  const others = (await versionsInToolCache(arch)).filter((other) => other !== version);
  const has = others.length === 0 ? "" : `, which has ${others.slice(0, 5).join(", ")}`;
  return new GateError(
    "trivy-offline",
    `Trivy ${version} is not in the tool cache${has}, and \`offline\` forbids asking github.com for it`,
    `Name a copy of Trivy's releases by \`trivy-mirror\`, or an installed Trivy by \`trivy-binary\`${has && ", or one that is there by `trivy-version`"}.`,
  );
}

async function fromSharedCache(
  release: WantedRelease,
  cache: SharedCache | undefined,
  world: World,
): Promise<InstalledTrivy | undefined> {
  const restored = cache && (await restoreRelease(cache, release, world));
  if (restored === undefined) return undefined;
  keepInToolCache(restored.files, release, world);
  return { ...restored.program, version: release.version, origin: "shared cache" };
}

async function fromDownload(
  release: WantedRelease,
  source: ReleaseSource,
  cache: SharedCache | undefined,
  world: World,
): Promise<InstalledTrivy> {
  if (!source.isMirror) refuseDeletedVersion(release.version);
  const address = addressOf(source, release.version, release.archive);
  const folder = privateFolder(world, "download");
  const file = join(folder, release.archive);
  const proof = release.archiveSha256 === undefined ? await fetchProof(release, source, world) : undefined;
  // Checked now, so that nothing large is downloaded for an invalid signature.
  const listed = proof && (await signedChecksum(proof, release, release.checkSignature));
  world.log.info(`Downloading Trivy ${release.version} from ${address}`);
  await downloadArchive({ address, file }, source, world);
  const archive = readFileSync(file);
  const expected = release.archiveSha256 ?? listed ?? (await provenBySignature(proof, release, archive));
  const sha256 = sha256OfBytes(archive);
  if (sha256 !== expected) throw hashMismatch(address, { sha256, expected }, source);
  const program = await extracted(archive, release, world);
  const files: ReleaseFiles = {
    binary: program.path,
    archive: release.binarySha256 === undefined ? file : undefined,
    proof: proof && keepProof(proof, folder),
  };
  keepInToolCache(files, release, world);
  if (cache !== undefined) {
    const recognisedBy = release.binarySha256 ?? sha256;
    const lasting = release.binarySha256 === undefined ? folder : dirname(program.path);
    saveRelease(cache, { release, sha256: recognisedBy, folder: lasting }, world);
  }
  return { ...program, version: release.version, origin: "download" };
}

async function provenBySignature(proof: ReleaseProof | undefined, release: WantedRelease, archive: Buffer) {
  return proof && provenHash(proof, release, archive, release.checkSignature);
}

function keepProof(proof: ReleaseProof, folder: string): string {
  const path = join(folder, PROOF_FILE);
  writeFileSync(path, JSON.stringify(proof), { mode: 0o600 });
  return path;
}

function hashMismatch(
  address: string,
  { sha256, expected }: { sha256: string; expected: string | undefined },
  source: ReleaseSource,
): GateError {
  return new GateError(
    "trivy-hash-mismatch",
    `${address} has the SHA-256 ${sha256}, not ${expected}: it is not the archive that was released, or was cut off`,
    source.isMirror
      ? "Check that `trivy-mirror` serves the release archives unchanged, and `trivy-sha256` where you gave it."
      : "Run again; where it stays, do not use this archive: check github.com/aquasecurity/trivy for an advisory, and your proxy.",
  );
}

/** Asks the program for its version, and keeps the answer for the next start of a program from this archive. */
async function confirmVersion(
  { knownVersion, ...installed }: Found,
  { archiveSha256 }: WantedRelease,
  world: World,
): Promise<InstalledTrivy> {
  const version = knownVersion ?? (await askVersion(installed.path, world));
  refuseBadVersion(version);
  if (archiveSha256 !== undefined && knownVersion === undefined)
    await keepKnown({ archive: archiveSha256, program: installed.path, name: "trivy", version }, world);
  return { ...installed, version };
}

/**
 * The Trivy that `trivy-binary` names, checked as far as possible: by the user's SHA-256, and by its version.
 * @throws GateError `trivy-binary-missing`, `trivy-hash-mismatch`, `trivy-known-bad`, `trivy-unusable`, …
 */
async function givenBinary(binary: string, sha256: string | undefined, world: World): Promise<InstalledTrivy> {
  const given = findBinary(binary, world);
  if (sha256 === undefined) warnOfWorkspace(given, binary, world);
  const checked = await checkedBinary(given, sha256, world);
  if (sha256 !== undefined && checked.sha256 !== sha256)
    throw new GateError(
      "trivy-hash-mismatch",
      `The program ${JSON.stringify(binary)} has the SHA-256 ${checked.sha256}, not ${sha256}`,
      "Give the program's own SHA-256 as `trivy-sha256` (with `trivy-binary` it is not the archive's), or replace the program.",
    );
  const version = versionOfBinary(checked.sha256) ?? checked.version ?? (await askVersion(checked.path, world));
  refuseBadVersion(version);
  return { path: checked.path, version, origin: "given binary", sha256: checked.sha256 };
}

/**
 * The program with its SHA-256, which the predicate of a signature names. If only we and root can write to it, it stays
 * where it is. Its version is then asked for while it is hashed, as both take equally long.
 */
async function checkedBinary(
  given: string,
  sha256: string | undefined,
  world: World,
): Promise<{ readonly path: string; readonly sha256: string; readonly version?: string }> {
  const path = realpathSync(given);
  if (sha256 !== undefined || !isPrivate(path, world.platform))
    return hashedProgram(given, world, sha256 === undefined ? undefined : { sha256, parts: partsOfBinary(sha256) });
  const [hash, version] = await Promise.all([sha256OfFile(path), askVersion(path, world)]);
  return { path, sha256: hash, version };
}

/** Warns of a program in the workspace: a pull request may have added it, and such a program decides the answer. */
function warnOfWorkspace(given: string, binary: string, { workspace, log }: World): void {
  const folders = existsSync(workspace) ? [workspace, realpathSync(workspace)] : [workspace];
  if (![given, realpathSync(given)].some((place) => folders.some((folder) => isWithin(folder, place)))) return;
  const warning = new GateError(
    "trivy-binary-in-workspace",
    `\`trivy-binary\` ${JSON.stringify(binary)} lies in the workspace, where a proposed change can put a program of its own`,
    "Install Trivy outside of it, or give the program's SHA-256 as `trivy-sha256`.",
  );
  log.warning(warning.message);
}

/**
 * Resolves a path relative to the workspace. Looks up a bare name on the PATH, but not in folders that the job may
 * fill.
 */
function findBinary(binary: string, world: World): string {
  const isName = !/[\\/]/.test(binary);
  const names = world.platform === "win32" ? [binary, `${binary}.exe`] : [binary];
  const found = isName
    ? findProgram(binary, world)
    : names
        .map((name) => resolve(world.workspace, name))
        .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (found !== undefined) return found;
  throw new GateError(
    "trivy-binary-missing",
    isName
      ? `There is no program ${JSON.stringify(binary)} on the PATH, apart from folders of the workspace and RUNNER_TEMP`
      : `\`trivy-binary\` ${JSON.stringify(binary)} is not a file`,
    isName
      ? `Install Trivy in a step before this one, or write \`./${binary}\` for a file in the workspace.`
      : "Check the path, which is relative to the workspace, or leave `trivy-binary` out to have Trivy downloaded.",
  );
}

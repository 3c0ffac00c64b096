import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listSome } from "../domain/list-some.ts";
import { GateError, tryOr } from "../system/errors.ts";
import { type SharedCache, unusableEntry } from "../system/shared-cache.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import { whileLocked } from "../system/store/lock.ts";
import { privateFolder } from "../system/store/private-file.ts";
import { databaseStore } from "../system/store/store.ts";
import type { World } from "../system/world.ts";
import { download, MAX_ARCHIVE } from "./download.ts";
import { installError, type ProgramWish, type Publisher } from "./publisher.ts";
import { parseVersion, releaseFor } from "./release.ts";
import { addressOf, type ReleaseSource, releaseSource } from "./release-source.ts";
import { type CheckedRelease, fetchProof, releaseSignatures, type SigstoreTrust, signedChecksum } from "./signature.ts";
import { filesIn, findInToolCache, keepInToolCache, PROOF_FILE, type ReleaseFiles } from "./tool-cache.ts";
import { extracted, type VerifiedProgram, verifiedProgram } from "./verified-files.ts";

/** A verified program from a release. */
export interface ReleasedProgram extends VerifiedProgram {
  /** The requested version. */
  readonly version: string;
  /** The archive's file name. */
  readonly archive: string;
  /** It is checked against our own table, which also gives its version. */
  readonly isOurs: boolean;
  readonly origin: "tool cache" | "shared cache" | "download";
}

type Found = VerifiedProgram & Pick<ReleasedProgram, "origin">;

/**
 * Provides the program of a release: one from the runner's tool cache or the shared cache (verified again), otherwise a
 * downloaded one. It is verified by the user's SHA-256, the compiled-in one, or the signature of its release.
 * @throws GateError `…-known-bad` and the like, `runner-unsupported`, `run-cancelled`, `program-…`
 */
export async function releasedProgram(
  wish: ProgramWish,
  publisher: Publisher,
  trust: SigstoreTrust,
  world: World,
): Promise<ReleasedProgram> {
  const version = parseVersion(wish.version ?? publisher.table.default, publisher);
  const release = releaseFor(version, world, publisher);
  publisher.refuseBadVersion(version);
  const known = release.archiveSha256;
  // With a mirror, Sigstore usually cannot be reached, or must not be asked.
  const mayRefresh = wish.mirror === undefined && wish.offline !== true;
  const check = releaseSignatures(publisher, { trust, mayRefresh }, world);
  const isTheirs = wish.sha256 !== undefined && wish.sha256 !== known;
  if (isTheirs && known !== undefined)
    world.log.notice(
      `\`${publisher.tool}-sha256\` (${wish.sha256}) differs from the SHA-256 of ${release.archive} that is compiled in (${known}); yours counts.`,
    );
  // The user's hash counts, otherwise the table's. Without either, the signature counts.
  const held = isTheirs ? { archiveSha256: wish.sha256, program: undefined } : { archiveSha256: known };
  const found = await provided({ ...release, ...held, check }, wish, world);
  return { ...found, version, archive: release.archive, isOurs: !isTheirs && known !== undefined };
}

/** Files in the tool cache are used only if they can be verified now. Wrong ones are logged and replaced. */
async function provided(wanted: CheckedRelease, wish: ProgramWish, world: World): Promise<Found> {
  const entry = findInToolCache(wanted, world);
  const kept = entry && (await verifiedProgram(entry, wanted, world));
  if (kept === undefined) return fromElsewhere(wanted, wish, world);
  if (!("wrong" in kept)) return { ...kept, origin: "tool cache" };
  const { publisher, version } = wanted;
  const what = `${publisher.name} ${version} in the tool cache (${entry?.folder}) is not what it should be: ${kept.wrong}`;
  world.log.warning(`${what}. It is replaced.`);
  try {
    return await fromElsewhere(wanted, wish, world);
  } catch (cause) {
    // An optional scanner with a replaced program must not be left out as if it were missing.
    if (!kept.isReplaced || world.signal.aborted || !(cause instanceof GateError)) throw cause;
    throw installError(
      publisher,
      "hash-mismatch",
      `${what}; and it could not be replaced: ${cause.what}`,
      `Find out who can write to the tool cache. ${cause.remedy}`,
      cause,
    );
  }
}

/** If several runs share a tool cache, one downloads and the others wait for it, but not forever. */
async function fromElsewhere(wanted: CheckedRelease, wish: ProgramWish, world: World): Promise<Found> {
  if (wish.offline === true && wish.mirror === undefined) throw await offlineError(wanted, world);
  const { publisher, version } = wanted;
  const source = releaseSource(wish, publisher, world.log);
  const cache = wish.offline === true ? undefined : wish.cache;
  const fetch = async () =>
    (await fromSharedCache(wanted, cache, world)) ?? (await fromDownload(wanted, source, cache, world));
  if (world.toolCache === undefined) return fetch();
  const name = `${publisher.tool}-${version}-${world.arch}`;
  const doing = `downloading ${publisher.name} ${version}`;
  const lock = { folder: databaseStore(world).store, name, doing, waitMs: wish.timeoutMs / 2 };
  return whileLocked(lock, world, async () => {
    const entry = findInToolCache(wanted, world);
    const kept = entry && (await verifiedProgram(entry, wanted, world));
    return kept === undefined || "wrong" in kept ? fetch() : { ...kept, origin: "tool cache" };
  });
}

async function offlineError({ version, publisher }: CheckedRelease, { arch }: World): Promise<GateError> {
  const { tool, name } = publisher;
  // Loaded only here: the library includes an HTTP client, and few runs reach this error.
  const { findAllVersions } = await import("@actions/tool-cache");
  const others = tryOr(() => findAllVersions(tool, arch), []);
  const has = others.length === 0 ? "" : `, which has ${listSome(others, 5)}`;
  return installError(
    publisher,
    "offline",
    `${name} ${version} is not in the tool cache${has}, and \`offline\` forbids asking github.com for it`,
    `Name a copy of ${name}'s releases with \`${tool}-mirror\`, or an installed ${name} with \`${tool}-binary\`${has && `, or a version in the tool cache with \`${tool}-version\``}.`,
  );
}

/** Restores a release from the shared cache if it can be verified. A wrong one is logged and ignored. */
async function fromSharedCache(
  wanted: CheckedRelease,
  cache: SharedCache | undefined,
  world: World,
): Promise<Found | undefined> {
  const folder = privateFolder(world, "restored");
  const sha256 = wanted.program?.sha256 ?? wanted.archiveSha256 ?? "";
  const key = await cache?.restore({ key: keyOf(wanted, sha256, world), files: lastingFiles(wanted) }, folder);
  if (key === undefined) return undefined;
  const files = filesIn(folder, wanted);
  const program = await verifiedProgram(files, wanted, world);
  if ("wrong" in program) {
    world.log.warning(unusableEntry(key, program.wrong).message);
    return undefined;
  }
  keepInToolCache({ ...files, binary: program.path }, wanted, world);
  return { ...program, origin: "shared cache" };
}

/**
 * The key contains the hash that identifies the files. If only a signature proves a release, we do not know the hash in
 * advance. Then any entry of this version will do, since it includes its proof.
 */
function keyOf(
  { publisher: { tool }, version, archiveSha256 }: CheckedRelease,
  sha256: string,
  { platform, arch }: World,
): string {
  return `${tool}-${archiveSha256 === undefined ? "signed" : "bin"}-${version}-${platform}-${arch}-${sha256.slice(0, 12)}`;
}

/** The files that are needed to verify a release again offline. Always the same for one release. */
function lastingFiles({ member, archive, program, archiveSha256 }: CheckedRelease): readonly string[] {
  if (program !== undefined) return [member];
  return archiveSha256 === undefined ? [archive, PROOF_FILE] : [archive];
}

async function fromDownload(
  wanted: CheckedRelease,
  source: ReleaseSource,
  cache: SharedCache | undefined,
  world: World,
): Promise<Found> {
  const { version, publisher, archiveSha256 } = wanted;
  const address = addressOf(source, version, wanted.archive);
  const folder = privateFolder(world, "download");
  const file = join(folder, wanted.archive);
  const proof = archiveSha256 === undefined ? await fetchProof(wanted, source, world) : undefined;
  // Checked now, so that nothing large is downloaded for an invalid signature.
  const expected = archiveSha256 ?? (proof && (await signedChecksum(proof, wanted)));
  world.log.info(`Downloading ${publisher.name} ${version} from ${address}`);
  const bytes = await download({ address, maxBytes: MAX_ARCHIVE }, source, publisher, world);
  const sha256 = sha256OfBytes(bytes);
  const { tool, repository } = publisher;
  if (sha256 !== expected)
    throw installError(
      publisher,
      "hash-mismatch",
      `${address} has the SHA-256 ${sha256}, not ${expected}: it is not the archive that was released, or was cut off`,
      source.isMirror
        ? `Check that \`${tool}-mirror\` serves the release archives unchanged, and \`${tool}-sha256\` if you gave it.`
        : `Run again, and check \`${tool}-sha256\` if you gave it. If it happens again, do not use this archive: look for an advisory at github.com/${repository}, and check your proxy.`,
    );
  const program = await extracted(bytes, wanted, world);
  const isKnown = wanted.program !== undefined;
  if (!isKnown) writeFileSync(file, bytes, { mode: 0o600 });
  if (proof !== undefined) writeFileSync(join(folder, PROOF_FILE), JSON.stringify(proof), { mode: 0o600 });
  const files: ReleaseFiles = {
    binary: program.path,
    archive: isKnown ? undefined : file,
    proof: proof && join(folder, PROOF_FILE),
  };
  keepInToolCache(files, wanted, world);
  const key = keyOf(wanted, wanted.program?.sha256 ?? sha256, world);
  // The folder must not change until the cache has settled.
  cache?.save({ key, files: lastingFiles(wanted) }, isKnown ? dirname(program.path) : folder);
  return { ...program, origin: "download" };
}

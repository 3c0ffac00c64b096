import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { extractMember } from "../../src/scanners/trivy/install/archive.ts";
import { addressOf, downloadArchive, type ReleaseSource } from "../../src/scanners/trivy/install/download.ts";
import { type Release, refuseBadVersion, releaseFor, releasesOf } from "../../src/scanners/trivy/install/release.ts";
import {
  fetchProof,
  type ReleaseProof,
  signatureCheck,
  signedChecksum,
} from "../../src/scanners/trivy/install/signature.ts";
import { askVersion } from "../../src/scanners/trivy/install/version.ts";
import type { SigstoreTrust } from "../../src/supply/signature.ts";
import { sha256OfFile } from "../../src/system/store/hashing.ts";
import { type FileParts, partsOf } from "../../src/system/store/parts.ts";
import { privateFolder } from "../../src/system/store/private-file.ts";
import type { World } from "../../src/system/world.ts";
import type { ReleaseHashes } from "./table.ts";

/** GitHub's own runners: without an archive for each of them a release is not whole. */
const NEEDED = [
  { platform: "linux", arch: "x64" },
  { platform: "linux", arch: "arm64" },
  { platform: "darwin", arch: "x64" },
  { platform: "darwin", arch: "arm64" },
  { platform: "win32", arch: "x64" },
] as const;

/**
 * SHA-256 of every archive of a release, of the programs in them and of the programs' parts: the archives' from the
 * signed checksums file, held against the archives themselves.
 * @throws GateError as the action does; Error where the release is not whole
 */
export async function verifiedHashes(
  version: string,
  source: ReleaseSource,
  trust: SigstoreTrust,
  world: World,
): Promise<ReleaseHashes> {
  refuseBadVersion(version);
  const check = signatureCheck({ trust, mayRefresh: !source.isMirror }, world);
  const proof = await fetchProof(releaseFor(version, NEEDED[0]), source, world);
  if (proof.checksums === undefined) throw new Error(`The checksums file of Trivy ${version} is not signed`);
  // Verified once for all: what follows reads the same text.
  const needed = NEEDED.map((machine) => releaseFor(version, machine).archive);
  for (const archive of needed) await signedChecksum(proof, { version, archive }, check);
  world.log.info(`The signature of Trivy ${version} is good.`);
  const archives: Record<string, string> = {};
  const programs: Record<string, string> = {};
  const parts: Record<string, FileParts> = {};
  for (const release of releasesOf(version).filter(
    ({ archive }) => needed.includes(archive) || lists(proof, archive),
  )) {
    const name = release.archive.slice(`trivy_${version}_`.length);
    archives[name] = (await signedChecksum(proof, release, check)) ?? "";
    const program = await hashesOfProgram(release, archives[name], source, world);
    programs[name] = program.sha256;
    parts[name] = program.parts;
    world.log.info(`${release.archive}: ${archives[name]}, its program: ${programs[name]}`);
  }
  return { archives, programs, parts };
}

function lists({ checksums = "" }: ReleaseProof, archive: string): boolean {
  return checksums.includes(` ${archive}\n`);
}

async function hashesOfProgram(release: Release, sha256: string, source: ReleaseSource, world: World) {
  const folder = privateFolder(world, "release");
  const file = join(folder, release.archive);
  const address = addressOf(source, release.version, release.archive);
  await downloadArchive({ address, file }, source, world);
  const actual = await sha256OfFile(file);
  if (actual !== sha256)
    throw new Error(`${address} has the SHA-256 ${actual}, not ${sha256} as its checksums file says`);
  const program = join(folder, release.member);
  await extractMember(readFileSync(file), release.archive, release.member, program);
  await confirmVersion(program, release, world);
  const hashes = { sha256: await sha256OfFile(program), parts: await partsOf(program) };
  rmSync(folder, { recursive: true });
  return hashes;
}

/** Of the one archive whose program runs here. */
async function confirmVersion(program: string, { version, archive }: Release, world: World): Promise<void> {
  if (archive !== releaseFor(version, world).archive) return;
  const said = await askVersion(program, world);
  if (said !== version) throw new Error(`The program in ${archive} says that it is Trivy ${said}`);
}

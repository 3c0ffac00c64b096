import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Release } from "../../src/supply/release.ts";
import { addressOf, type ReleaseSource } from "../../src/supply/release-source.ts";
import type { SigstoreTrust } from "../../src/supply/signature.ts";
import { FIRST_PART } from "../../src/system/store/hashed-program.ts";
import { hashed, sha256OfBytes } from "../../src/system/store/hashing.ts";
import { privateFolder } from "../../src/system/store/private-file.ts";
import type { World } from "../../src/system/world.ts";
import type { Machine, ScannerReleases } from "./releases.ts";
import type { ReleaseHashes } from "./table.ts";

/** GitHub's own runners: without an archive for each of them a release is not whole. */
const NEEDED: readonly Machine[] = [
  { platform: "linux", arch: "x64" },
  { platform: "linux", arch: "arm64" },
  { platform: "darwin", arch: "x64" },
  { platform: "darwin", arch: "arm64" },
  { platform: "win32", arch: "x64" },
];

/** The source of a release, and the signers that are trusted. */
export interface Verification {
  readonly source: ReleaseSource;
  readonly trust: SigstoreTrust;
}

/** The archive's name in the table: without the scanner's name and the version. */
export function shortName({ publisher, version, archive }: Release): string {
  return archive.slice(`${publisher.tool}_${version}_`.length);
}

/**
 * SHA-256 of every archive of a release and of the programs in them: the archives' from the signed checksums file, held
 * against the archives themselves.
 * @throws GateError as the action does; Error where the release is not whole
 */
export async function verifiedHashes(
  scanner: ScannerReleases,
  version: string,
  { source, trust }: Verification,
  world: World,
): Promise<ReleaseHashes> {
  scanner.refuseBadVersion(version);
  const checksums = await scanner.checksums(version, source, trust, world);
  // Verified once for all: what follows reads the same text.
  const needed = NEEDED.map((machine) => scanner.releaseFor(version, machine).archive);
  for (const archive of needed) await checksums.sha256Of(archive);
  world.log.info(`The signature of ${scanner.name} ${version} is good.`);
  const archives: Record<string, string> = {};
  const programs: ReleaseHashes["programs"] = {};
  for (const release of scanner.releasesOf(version)) {
    if (!needed.includes(release.archive) && !checksums.lists(release.archive)) continue;
    const name = shortName(release);
    archives[name] = await checksums.sha256Of(release.archive);
    programs[name] = await hashesOfProgram(scanner, release, { sha256: archives[name], source }, world);
    world.log.info(`${release.archive}: ${archives[name]}, its program: ${programs[name].sha256}`);
  }
  return { archives, programs };
}

async function hashesOfProgram(
  scanner: ScannerReleases,
  release: Release,
  { sha256, source }: { readonly sha256: string; readonly source: ReleaseSource },
  world: World,
): Promise<ReleaseHashes["programs"][string]> {
  const folder = privateFolder(world, "release");
  const archive = await scanner.download(release, source, world);
  const actual = sha256OfBytes(archive);
  if (actual !== sha256)
    throw new Error(
      `${addressOf(source, release.version, release.archive)} has the SHA-256 ${actual}, not ${sha256} as its checksums file says`,
    );
  const program = join(folder, release.member);
  const hash = await scanner.extract(archive, release, program);
  const parts = partsOf(program);
  await confirmVersion(scanner, release, program, world);
  rmSync(folder, { recursive: true });
  return { sha256: hash, parts };
}

/** SHA-256 of the two parts of a program that are hashed at the same time. */
function partsOf(path: string): string[] {
  return [hashed({ path, to: FIRST_PART }), hashed({ path, from: FIRST_PART })];
}

/** Of the one archive whose program runs here. */
async function confirmVersion(
  scanner: ScannerReleases,
  { version, archive }: Release,
  program: string,
  world: World,
): Promise<void> {
  if (archive !== scanner.releaseFor(version, world).archive) return;
  const said = await scanner.askVersion(program, world);
  if (said !== version) throw new Error(`The program in ${archive} says that it is ${scanner.name} ${said}`);
}

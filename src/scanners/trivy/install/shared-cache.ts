import { lstatSync } from "node:fs";
import { join } from "node:path";
import { type CacheEntry, type SharedCache, unusableEntry } from "../../../system/shared-cache.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { lastingFiles, type ReleaseFiles, type VerifiedProgram, verifiedProgram, type WantedRelease } from "./files.ts";
import { PROOF_FILE } from "./signature.ts";

/** A verified program, and the files out of the cache that were verified. */
export interface RestoredRelease {
  readonly program: VerifiedProgram;
  readonly files: ReleaseFiles;
}

/** Takes a release out of the shared cache where it can be verified; a wrong one is said and counts as none. */
export async function restoreRelease(
  cache: SharedCache,
  release: WantedRelease,
  world: World,
): Promise<RestoredRelease | undefined> {
  const folder = privateFolder(world, "restored");
  const key = await cache.restore({ key: wantedKey(release, world), files: lastingFiles(release) }, folder);
  if (key === undefined) return undefined;
  const files = filesIn(folder, release);
  const program = await verifiedProgram(files, release, world);
  if ("wrong" in program) {
    world.log.warning(unusableEntry(key, program.wrong).message);
    return undefined;
  }
  return { program, files: { ...files, binary: program.path } };
}

/**
 * Begins to keep a verified release in the shared cache.
 * @param folder has the lasting files, and stays as it is until the cache has settled
 */
export function saveRelease(
  cache: SharedCache,
  { release, sha256, folder }: { release: WantedRelease; sha256: string; folder: string },
  world: World,
): void {
  const entry: CacheEntry = { key: keyOf(release, sha256, world), files: lastingFiles(release) };
  cache.save(entry, folder);
}

type Machine = Pick<World, "platform" | "arch">;

/**
 * The hash that is in the key is the one by which the files are recognised. Of a release that only its signature proves, it
 * is not known beforehand: any entry of this version will do, as it brings its proof along.
 */
function wantedKey(release: WantedRelease, machine: Machine): string {
  return keyOf(release, release.binarySha256 ?? release.archiveSha256 ?? "", machine);
}

function keyOf(release: WantedRelease, sha256: string, { platform, arch }: Machine): string {
  const kind = release.archiveSha256 === undefined ? "trivy-signed" : "trivy-bin";
  return `${kind}-${release.version}-${platform}-${arch}-${sha256.slice(0, 12)}`;
}

function filesIn(folder: string, release: WantedRelease): ReleaseFiles {
  const file = (name: string): string | undefined => {
    const path = join(folder, name);
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : undefined;
  };
  return { binary: file(release.member), archive: file(release.archive), proof: file(PROOF_FILE) };
}

import { lstatSync } from "node:fs";
import { join } from "node:path";
import { PROOF_FILE, type ReleaseFiles } from "../../../supply/tool-cache.ts";
import { tryOr } from "../../../system/errors.ts";
import { type CacheEntry, type SharedCache, unusableEntry } from "../../../system/shared-cache.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { lastingFiles, type VerifiedProgram, verifiedProgram, type WantedRelease } from "./files.ts";

/** The Trivy versions that the runner's tool cache has for this processor. Empty if there is no tool cache. */
export async function versionsInToolCache(arch: string): Promise<string[]> {
  // Loaded only here: the library includes an HTTP client, and few runs end in the error that names the versions.
  const { findAllVersions } = await import("@actions/tool-cache");
  return tryOr(() => findAllVersions("trivy", arch), []);
}

/** A verified program, and the cached files that were verified. */
interface RestoredRelease {
  readonly program: VerifiedProgram;
  readonly files: ReleaseFiles;
}

/** Restores a release from the shared cache if it can be verified. A wrong one is logged and ignored. */
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
 * Starts to save a verified release in the shared cache.
 * @param folder contains the lasting files, and must not change until the cache has settled
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
 * The key contains the hash that identifies the files. If only a signature proves a release, we do not know the hash in
 * advance. Then any entry of this version will do, since it includes its proof.
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

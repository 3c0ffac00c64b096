import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { statusOf } from "../system/given-files.ts";
import { isFolder } from "../system/program-folders.ts";
import { removedAtEnd } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import type { Release } from "./release.ts";

/** File name of a proof, which is stored next to the archive. */
export const PROOF_FILE = "signature.json";

/** Paths of a release's files, in any place. None of them can be trusted. */
export interface ReleaseFiles {
  readonly binary?: string | undefined;
  readonly archive?: string | undefined;
  /** The proof for the archive, if only a signature proves it. */
  readonly proof?: string | undefined;
}

/** A release's files in the tool cache. They cannot be trusted: other jobs write there too. */
interface ToolCacheEntry extends ReleaseFiles {
  readonly folder: string;
}

type CacheWorld = Pick<World, "toolCache" | "arch">;

/**
 * `<tool cache>/<tool>/<version>/<arch>`, next to which `<arch>.complete` marks it as complete. This is the layout of
 * `@actions/tool-cache`, whose HTTP client is too expensive to load just for this.
 */
function entryFolder({ publisher: { tool }, version }: Release, { toolCache, arch }: CacheWorld): string | undefined {
  return toolCache === undefined ? undefined : join(toolCache, tool, version, arch);
}

/** The entry, if there is a complete one. */
export function findInToolCache(release: Release, world: CacheWorld): ToolCacheEntry | undefined {
  const folder = entryFolder(release, world);
  if (folder === undefined || !existsSync(`${folder}.complete`) || !isFolder(folder)) return undefined;
  return { folder, ...filesIn(folder, release) };
}

/** The files of a release that are there. */
export function filesIn(folder: string, { member, archive }: Release): ReleaseFiles {
  const file = (name: string) => (statusOf(join(folder, name))?.isFile() ? join(folder, name) : undefined);
  return { binary: file(member), archive: file(archive), proof: file(PROOF_FILE) };
}

/** Puts verified files into the tool cache with a single rename. If that fails, the run continues without it. */
export function keepInToolCache(files: ReleaseFiles, release: Release, world: CacheWorld & Pick<World, "log">): void {
  const folder = entryFolder(release, world);
  if (folder === undefined) return;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    const fresh = mkdtempSync(`${folder}.new-`);
    using _ = removedAtEnd(fresh);
    put(files.binary, join(fresh, release.member), 0o755);
    put(files.archive, join(fresh, release.archive), 0o644);
    put(files.proof, join(fresh, PROOF_FILE), 0o644);
    chmodSync(fresh, 0o755);
    // Another run may do the same at the same time. Whichever is last, one of them verified the files.
    rmSync(`${folder}.complete`, { force: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    writeFileSync(`${folder}.complete`, "");
  } catch (error) {
    world.log.debug(`${release.publisher.tool} could not be kept in the tool cache: ${String(error)}`);
  }
}

function put(from: string | undefined, to: string, mode: number): void {
  if (from === undefined) return;
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, mode);
}

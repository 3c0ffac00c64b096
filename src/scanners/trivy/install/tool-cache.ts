import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../../../system/world.ts";
import { PROOF_FILE, type Release } from "./release.ts";

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
 * `<tool cache>/trivy/<version>/<arch>`, next to which `<arch>.complete` marks it as complete. This is the layout of
 * `@actions/tool-cache`, whose HTTP client is too expensive to load just for this.
 */
export function entryFolder({ version }: Release, { toolCache, arch }: CacheWorld): string | undefined {
  return toolCache === undefined ? undefined : join(toolCache, "trivy", version, arch);
}

/** The entry, if there is a complete one. */
export function findInToolCache(release: Release, world: CacheWorld): ToolCacheEntry | undefined {
  const folder = entryFolder(release, world);
  if (folder === undefined || !existsSync(`${folder}.complete`) || !isFolder(folder)) return undefined;
  return {
    folder,
    binary: fileIn(folder, release.member),
    archive: fileIn(folder, release.archive),
    proof: fileIn(folder, PROOF_FILE),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function fileIn(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : undefined;
}

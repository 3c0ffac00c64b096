import { resolve } from "node:path";
import { parseVersion, releaseFor } from "../../../supply/release.ts";
import { findInToolCache } from "../../../supply/tool-cache.ts";
import { tryOr } from "../../../system/errors.ts";
import { beginHashing } from "../../../system/store/hashed-program.ts";
import { prepareThreads } from "../../../system/threads.ts";
import type { EarlyWish, EarlyWorld } from "../../scanner.ts";
import { TRIVY } from "./release.ts";

/** Begins {@link hashEarly}, and starts the threads for it and for the work after it. */
export function beginEarly(wish: EarlyWish, world: EarlyWorld): void {
  prepareThreads();
  hashEarly(wish, world);
}

/**
 * Begins to hash the program that `installTrivy` will find, while the rest of the code is loaded, which takes 60 ms of
 * this thread (docs/evidence/performance.md). It decides nothing: if the run takes another program, or none, this was
 * in vain.
 */
export function hashEarly(wish: EarlyWish, world: EarlyWorld): void {
  const likely = likelyProgram(wish, world);
  if (likely !== undefined) beginHashing(likely.path, world, likely.program);
}

function likelyProgram({ version, sha256, binary }: EarlyWish, world: EarlyWorld) {
  return tryOr(() => {
    if (binary) return sha256 && /[\\/]/.test(binary) ? { path: resolve(world.workspace, binary) } : undefined;
    const release = releaseFor(parseVersion(version || TRIVY.table.default, TRIVY), world, TRIVY);
    const { program } = release;
    const isOther = program === undefined || (sha256 && sha256 !== release.archiveSha256);
    const path = isOther ? undefined : findInToolCache(release, world)?.binary;
    return path === undefined ? undefined : { path, program };
  }, undefined);
}

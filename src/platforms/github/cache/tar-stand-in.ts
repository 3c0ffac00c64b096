import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, type ProgramWorld, programPath } from "../../../system/program-folders.ts";

/** In the environment of the stand-in: where a downloaded archive is put instead of being unpacked. */
export const KEPT_ARCHIVE = "IMAGE_GATE_CACHE_ARCHIVE";

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * @actions/cache unpacks by `tar -xf … -P`, which writes wherever the archive says; here that puts the archive aside, and
 * it is taken apart by ourselves. Packing is left to the real tar, with arguments of our own, as the library's break at a
 * space in a path.
 */
const script = (tar: string, path: string) => `#!/bin/sh
PATH=${quoted(path)}
export PATH
case "$*" in
  "-xf "*) exec mv -f -- "$RUNNER_TEMP"/*/cache.t* "$${KEPT_ARCHIVE}" ;;
  "--posix -cf cache.tzst "*) exec ${quoted(tar)} -c -f cache.tzst --use-compress-program zstdmt -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
  "--posix -cf cache.tgz "*) exec ${quoted(tar)} -c -z -f cache.tgz -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
esac
exit 64
`;

/**
 * Puts all programs that @actions/cache may find into `folder`: a stand-in for each tar that it looks for, `gtar` first on
 * macOS, and zstd, by which it chooses how to compress. With that folder as the whole PATH it can start no tar but ours.
 */
export function writePrograms(folder: string, world: ProgramWorld): void {
  for (const name of ["tar", "gtar"]) {
    const tar = findProgram(name, world);
    if (tar === undefined && name === "gtar") continue;
    writeFileSync(join(folder, name), script(tar ?? "/usr/bin/tar", programPath(world)), { mode: 0o700, flag: "wx" });
  }
  const zstd = findProgram("zstd", world);
  if (zstd !== undefined) symlinkSync(zstd, join(folder, "zstd"));
}

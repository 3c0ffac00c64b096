import { accessSync, constants, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** In the environment of the stand-in: where a downloaded archive is put instead of being unpacked. */
export const KEPT_ARCHIVE = "IMAGE_GATE_CACHE_ARCHIVE";

/** The absolute folders of a PATH: others would be looked up in whatever folder a program runs in. */
function absoluteFolders(path: string | undefined): string[] {
  return (path || "/usr/local/bin:/usr/bin:/bin").split(delimiter).filter((folder) => isAbsolute(folder));
}

function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

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
 * @param path the PATH on which the real ones are
 */
export function writePrograms(folder: string, path: string | undefined): void {
  const folders = absoluteFolders(path);
  for (const name of ["tar", "gtar"]) {
    const tar = findProgram(name, folders);
    if (tar === undefined && name === "gtar") continue;
    writeFileSync(join(folder, name), script(tar ?? "/usr/bin/tar", folders.join(delimiter)), {
      mode: 0o700,
      flag: "wx",
    });
  }
  const zstd = findProgram("zstd", folders);
  if (zstd !== undefined) symlinkSync(zstd, join(folder, "zstd"));
}

import { accessSync, constants, writeFileSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** In the environment of the stand-in: where a downloaded archive is put instead of being unpacked. */
export const KEPT_ARCHIVE = "IMAGE_GATE_CACHE_ARCHIVE";

/** The absolute folders of a PATH: others would be looked up in whatever folder a program runs in. */
export function absoluteFolders(path: string | undefined): string[] {
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
 * space in a path; without `--posix`, so that BusyBox's tar does, too.
 */
const script = (tar: string) => `#!/bin/sh
case "$1" in
  -xf) exec mv -f -- "$RUNNER_TEMP"/*/cache.t* "$${KEPT_ARCHIVE}" ;;
esac
case "$*" in
  "--posix -cf cache.tzst "*) set -- cache.tzst --use-compress-program zstdmt ;;
  "--posix -cf cache.tgz "*) set -- cache.tgz -z ;;
  *) exit 64 ;;
esac
archive=$1
shift
exec ${quoted(tar)} -c -f "$archive" "$@" -C "$GITHUB_WORKSPACE" -T manifest.txt
`;

/** Puts a stand-in for each tar that @actions/cache looks for into `folder`: `gtar` is what it takes first on macOS. */
export function writeTarStandIns(folder: string, path: string | undefined): void {
  const folders = absoluteFolders(path);
  for (const name of ["tar", "gtar"]) {
    const tar = findProgram(name, folders);
    if (tar === undefined && name === "gtar") continue;
    writeFileSync(join(folder, name), script(tar ?? "/usr/bin/tar"), { mode: 0o700, flag: "wx" });
  }
}

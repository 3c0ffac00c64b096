import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, type ProgramWorld, programPath } from "../../../system/program-folders.ts";
import { KEPT_ARCHIVE } from "./messages.ts";

/**
 * Variables for the process that uses @actions/cache. With the only folder in PATH it can start only our tar.
 * @param room a private folder of the process
 */
export function cacheVariables(room: string, world: ProgramWorld): Record<string, string> {
  const programs = join(room, "programs");
  mkdirSync(programs, { mode: 0o700 });
  writePrograms(programs, world);
  return {
    PATH: programs,
    [KEPT_ARCHIVE]: join(room, "archive"),
    // Without it, macOS's tar adds a file `._name` for each file that has attributes.
    COPYFILE_DISABLE: "1",
  };
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The stand-in for tar. @actions/cache unpacks with `tar -xf … -P`, which writes to any path that the archive names.
 * The stand-in only moves the archive, and our own code unpacks it. The real tar does the packing, but with our
 * arguments, since the library's arguments break at a space in a path.
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
 * Writes all programs that @actions/cache may find into `folder`: a stand-in for each tar that it looks for (`gtar`
 * first on macOS), and zstd, which decides how it compresses.
 */
function writePrograms(folder: string, world: ProgramWorld): void {
  for (const name of ["tar", "gtar"]) {
    const tar = findProgram(name, world);
    if (tar === undefined && name === "gtar") continue;
    writeFileSync(join(folder, name), script(tar ?? "/usr/bin/tar", programPath(world)), { mode: 0o700, flag: "wx" });
  }
  const zstd = findProgram("zstd", world);
  if (zstd !== undefined) symlinkSync(zstd, join(folder, "zstd"));
}

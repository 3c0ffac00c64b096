import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { authorityVariables } from "../../../system/authorities.ts";
import { tryOr } from "../../../system/errors.ts";
import { handedOn, PROXY_VARIABLES, type ProcessResult, runProcess } from "../../../system/process.ts";
import { findProgram, type ProgramWorld, programPath } from "../../../system/program-folders.ts";
import type { World } from "../../../system/world.ts";
import { kindIn } from "../kinds.ts";
import { type ServiceAnswer, type ServiceRequest, serviceAnswerSchema } from "./messages.ts";

type ServiceWorld = ProgramWorld & Pick<World, "signal">;

/**
 * Runs one request in a separate process. At the deadline or on the signal it ends that process and all that it has
 * started. Nothing is left behind except the entry's files.
 * @param program the process's JavaScript file
 * @returns undefined if the signal ended it
 */
export async function askService(
  program: string,
  request: Omit<ServiceRequest, "archive">,
  deadlineMs: number,
  world: ServiceWorld,
): Promise<ServiceAnswer | undefined> {
  const room = mkdtempSync(join(world.runFolder, "cache-"));
  try {
    const archive = join(room, "archive");
    const result = await runProcess(process.execPath, [program, JSON.stringify({ ...request, archive })], {
      // Relative paths start here for @actions/glob; for the names in a tar they start at GITHUB_WORKSPACE.
      cwd: request.folder,
      env: serviceEnvironment(world, { room, archive, folder: request.folder }),
      deadlineMs,
      signal: world.signal,
      stdout: "capture",
    });
    if (result.aborted) return undefined;
    if (result.timedOut) return { outcome: "failed", reason: `it took longer than ${deadlineMs / 1000} s` };
    return readAnswer(result);
  } finally {
    rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  }
}

function readAnswer({ code, signal, stdout }: ProcessResult): ServiceAnswer {
  return tryOr(() => serviceAnswerSchema.parse(JSON.parse(stdout)), {
    outcome: "failed",
    reason: `the process that asks it ended without an answer (${signal ?? code})`,
  });
}

/** The variables that @actions/cache 6.3.0 reads to find the service, and those that Node reads to reach it. */
const HANDED_ON = [
  "ACTIONS_CACHE_MODE",
  "ACTIONS_CACHE_SERVICE_V2",
  "ACTIONS_CACHE_URL",
  "ACTIONS_RESULTS_URL",
  "ACTIONS_RUNTIME_TOKEN",
  "GITHUB_SERVER_URL",
  ...PROXY_VARIABLES,
];

/**
 * The process's whole environment. It has no input, no folder of the job, and no token except the one for the cache.
 */
function serviceEnvironment(
  world: ProgramWorld,
  { room, archive, folder }: { room: string; archive: string; folder: string },
): Record<string, string> {
  const programs = join(room, "programs");
  const temporary = join(room, "temporary");
  for (const path of [programs, temporary]) mkdirSync(path, { mode: 0o700 });
  writePrograms(programs, world);
  return {
    ...handedOn(world.env, HANDED_ON),
    ...authorityVariables(world.env, !kindIn(world.env).hasSecondCache),
    PATH: programs,
    HOME: room,
    TMPDIR: temporary,
    // An archive's names are relative to this folder. They are a part of the entry's identity.
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: temporary,
    [KEPT_ARCHIVE]: archive,
    // Without it, macOS's tar adds a file `._name` for each file that has attributes.
    COPYFILE_DISABLE: "1",
  };
}

/** Variable for the stand-in: the path to move a downloaded archive to, instead of unpacking it. */
const KEPT_ARCHIVE = "IMAGE_GATE_CACHE_ARCHIVE";

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
 * first on macOS), and zstd, which decides how it compresses. With that folder as the whole PATH it can start only our
 * tar.
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

import { ALWAYS, noLogin, ownFolders } from "../../../system/own-environment.ts";
import { handedOn, WINDOWS_VARIABLES } from "../../../system/process.ts";
import { type ProgramWorld, programPath } from "../../../system/program-folders.ts";

/** The purpose of the process, which decides what it may see and reach. */
export type Purpose = "files" | "repository";

/** What names a program of this job to the runner. */
const NAMES = ["RUNNER_TRACKING_ID"];

/** What each purpose inherits beside {@link NAMES}. */
const INHERITED: Readonly<Record<Purpose, readonly string[]>> = {
  files: [],
  repository: ALWAYS,
};

const GIB = 1024 ** 3;

/**
 * The complete environment of a Trivy process. It only inherits what it needs: no `TRIVY_*`, which would silently
 * change the scan, and no `ACTIONS_*`, `INPUT_*`, token of the platform, `NODE_OPTIONS`, `LD_PRELOAD`. HOME, the
 * temporary folder and the XDG folders are our own, below the run's folder, and empty. The PATH keeps only folders that
 * no job can fill.
 *
 * `files`: an image as verified bytes, a folder, an SBOM, a report: nothing is contacted, so there is no proxy, no
 * certificate, no engine and no login. `repository`: is cloned from its host, without a login.
 *
 * @param availableMemory memory that may be used, in bytes
 */
export function trivyEnvironment(
  world: ProgramWorld,
  purpose: Purpose,
  availableMemory: number = process.availableMemory(),
): Record<string, string> {
  const { env } = world;
  const names = [...NAMES, ...(world.platform === "win32" ? WINDOWS_VARIABLES : []), ...INHERITED[purpose]];
  return {
    ...handedOn(env, names),
    PATH: programPath(world),
    ...ownFolders(world),
    ...noLogin(world),
    // The cloud machine's own role would be a login too.
    AWS_EC2_METADATA_DISABLED: "true",
    ...garbageCollection(availableMemory),
  };
}

/**
 * Go collects garbage whenever the heap has doubled. If there is plenty of memory, fewer collections save a sixth of
 * the time of a scan with many findings. GOMEMLIMIT enables them again before memory runs out.
 */
function garbageCollection(availableMemory: number): Record<string, string> {
  if (availableMemory < 4 * GIB) return {};
  return { GOGC: "400", GOMEMLIMIT: String(Math.floor(availableMemory / 2)) };
}

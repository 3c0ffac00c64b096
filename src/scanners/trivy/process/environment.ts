import { NETWORK_VARIABLES } from "../../../system/own-environment.ts";
import type { ProgramWorld } from "../../../system/program-folders.ts";
import { scannerEnvironment } from "../../program.ts";

/** The purpose of the process, which decides what it may see and reach. */
export type Purpose = "files" | "repository";

const GIB = 1024 ** 3;

/**
 * The complete environment of a Trivy process.
 *
 * `files`: an image as verified bytes, a folder, an SBOM, a report. Nothing is contacted, so there is no proxy,
 * certificate, engine or login. `repository`: cloned from its host, without a login.
 *
 * @param availableMemory memory that may be used, in bytes
 */
export function trivyEnvironment(
  world: ProgramWorld,
  purpose: Purpose,
  availableMemory: number = process.availableMemory(),
): Record<string, string> {
  return {
    ...scannerEnvironment(world, purpose === "repository" ? NETWORK_VARIABLES : []),
    // The cloud machine's own role would be a login, too.
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

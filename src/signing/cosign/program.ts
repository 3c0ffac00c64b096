import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { compareDotted } from "../../domain/versions/order.ts";
import { askProgram } from "../../system/ask-program.ts";
import { GateError, tryOr } from "../../system/errors.ts";
import { statusOf } from "../../system/given-files.ts";
import { findProgram } from "../../system/program-folders.ts";
import { hashedProgram } from "../../system/store/hashed-program.ts";
import { privateFolder } from "../../system/store/private-file.ts";
import type { World } from "../../system/world.ts";
import { cosignEnvironment } from "./environment.ts";
import { lastLineOf } from "./run.ts";

/** A Cosign that no other process can change between its check and its start. */
export interface Cosign {
  /** Absolute path. */
  readonly path: string;
  readonly version: string;
  /** SHA-256 of the program, in lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * The oldest accepted version: older ones have known faults in verification (CVE-2026-22703, CVE-2026-24122,
 * CVE-2026-39395).
 */
const LEAST = "3.0.6";
/** The last major version with a known command line. */
const LAST_MAJOR = 3;

const INSTALL = "Install Cosign first, or name a released one with `cosign-binary`.";

const DEADLINE_MS = 30_000;

const schema = z.object({ gitVersion: z.string() });

/**
 * Finds Cosign, copies it to where only this run can change it, hashes the copy and asks it for its version.
 * @param binary a path, relative to the workspace, or a name on the PATH; absent: `cosign` on the PATH
 * @throws GateError `cosign-missing`, `cosign-unusable`, `cosign-version-unsupported`, `run-cancelled`, `program-…`
 */
export async function findCosign(binary: string | undefined, world: World): Promise<Cosign> {
  const { path, sha256 } = await hashedProgram(locate(binary, world), world);
  const version = await askVersion(path, world);
  world.log.info(`Cosign ${version}, SHA-256 ${sha256}`);
  return { path, version, sha256 };
}

/** A bare name is looked up on the PATH, except in folders that the job can write to. */
function locate(binary: string | undefined, world: World): string {
  const name = binary ?? "cosign";
  if (!/[\\/]/.test(name)) {
    const found = findProgram(name, world);
    if (found !== undefined) return found;
    throw new GateError(
      "cosign-missing",
      `There is no program ${JSON.stringify(name)} on the PATH, apart from folders of the workspace and the folder for temporary files`,
      INSTALL,
    );
  }
  const path = resolve(world.workspace, name);
  if (statusOf(path)?.isFile() !== true)
    throw new GateError("cosign-missing", `\`cosign-binary\` ${JSON.stringify(name)} is not a file`, INSTALL);
  return realpathSync(path);
}

async function askVersion(path: string, world: World): Promise<string> {
  const ran = await askProgram(path, ["version", "--json"], {
    cwd: privateFolder(world, "cosign"),
    env: cosignEnvironment({}, world),
    signal: world.signal,
    deadlineMs: DEADLINE_MS,
  });
  const version = ran.code === 0 ? tryOr(() => schema.parse(JSON.parse(ran.stdout)).gitVersion, undefined) : undefined;
  if (version === undefined) {
    const said = lastLineOf(ran.stderr) || lastLineOf(ran.stdout);
    throw new GateError(
      "cosign-unusable",
      `${JSON.stringify(path)} is not a Cosign that works here: \`cosign version --json\` ended with exit code ${ran.code} and printed no version${said === "" ? "" : `; it said ${JSON.stringify(said)}`}`,
      INSTALL,
    );
  }
  const [, numbers, major] = /^v((\d{1,4})\.\d{1,4}\.\d{1,4})$/.exec(version) ?? [];
  if (numbers !== undefined && compareDotted(numbers, LEAST) >= 0 && Number(major) <= LAST_MAJOR) return numbers;
  throw new GateError(
    "cosign-version-unsupported",
    `This Cosign says that it is ${JSON.stringify(version.slice(0, 60))}; a released version from ${LEAST} up to the last ${LAST_MAJOR}.x is needed`,
    `Older versions have known faults, others were never tried. ${INSTALL}`,
  );
}

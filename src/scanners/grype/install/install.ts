import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { GateError } from "../../../system/errors.ts";
import { findProgram } from "../../../system/program-folders.ts";
import { hashedProgram } from "../../../system/store/hashed-program.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerWish } from "../../scanner.ts";
import { lastWords, runGrype } from "../process/run.ts";

/** A verified Grype that no other process can change. */
export interface InstalledGrype {
  /** Absolute path of the program. */
  readonly path: string;
  readonly version: string;
  /** The newest version of a database that it can read: `6.1.10`. */
  readonly schema: string;
  readonly sha256?: string | undefined;
}

/**
 * Provides a verified Grype: the given one.
 * @throws GateError `grype-…`, `run-cancelled`, `program-…`
 */
export async function installGrype({ binary, sha256 }: ScannerWish, world: World): Promise<InstalledGrype> {
  if (binary === undefined)
    throw new GateError(
      "grype-binary-missing",
      "Grype is not given",
      "Install it in a step before, and name it by `grype-binary`.",
    );
  const program = await hashedProgram(findBinary(binary, world), world);
  if (sha256 !== undefined && program.sha256 !== sha256)
    throw new GateError(
      "grype-hash-mismatch",
      `The program ${JSON.stringify(binary)} has the SHA-256 ${program.sha256}, not ${sha256}`,
      "Give the program's own SHA-256 as `grype-sha256` (with `grype-binary` it is not the archive's), or replace the program.",
    );
  return { ...program, ...(await askVersion(program.path, world)) };
}

/** A path is relative to the workspace; a bare name is on the PATH, but not in folders that the job may fill. */
function findBinary(binary: string, world: World): string {
  const isName = !/[\\/]/.test(binary);
  const path = isName ? findProgram(binary, world) : resolve(world.workspace, binary);
  if (path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile()) return realpathSync(path);
  throw new GateError(
    "grype-binary-missing",
    isName
      ? `There is no program ${JSON.stringify(binary)} on the PATH, apart from folders of the workspace and RUNNER_TEMP`
      : `\`grype-binary\` ${JSON.stringify(binary)} is not a file`,
    "Check the path, which is relative to the workspace, or install Grype in a step before this one.",
  );
}

const schema = z.object({
  application: z.literal("grype"),
  version: z.string(),
  supportedDbSchema: z.union([z.number(), z.string()]),
});

const DEADLINE_MS = 30_000;

/** @throws GateError `grype-unusable`, `grype-version-invalid` */
export async function askVersion(path: string, world: World): Promise<Pick<InstalledGrype, "version" | "schema">> {
  const databaseFolder = privateFolder(world, "no-database");
  const args = ["version", "-o", "json"];
  const result = await runGrype({ program: path, args, databaseFolder, timeoutMs: DEADLINE_MS }, world);
  const told = result.code === 0 ? versionIn(result.stdout) : undefined;
  if (told !== undefined) return { version: released(told.version, path), schema: String(told.supportedDbSchema) };
  const why = result.timedOut
    ? `gave no answer within ${DEADLINE_MS / 1000} s`
    : `ended with ${result.signal ?? `exit code ${result.code}`} and told none`;
  throw new GateError(
    "grype-unusable",
    `${JSON.stringify(path)} is not a Grype that works here: asked for its version it ${why} (${lastWords(result)})`,
    "Check that it is a Grype for this operating system and processor; `grype version -o json` must print its version.",
  );
}

function versionIn(stdout: string) {
  try {
    return schema.safeParse(JSON.parse(stdout)).data;
  } catch {
    return undefined;
  }
}

/** A build that does not know its own version has none of which faults are known. */
function released(version: string, path: string): string {
  const [, digits] = /^v?(\d{1,4}\.\d{1,4}\.\d{1,4})$/.exec(version) ?? [];
  if (digits !== undefined) return digits;
  throw new GateError(
    "grype-version-invalid",
    `${JSON.stringify(path)} says that it is Grype ${JSON.stringify(version.slice(0, 60))}, which is not a released version`,
    'Use a released Grype, or build it with `-ldflags "-X main.version=0.121.3"`.',
  );
}

import { lstatSync, readFileSync } from "node:fs";
import { isObject } from "../../../domain/json/is-object.ts";
import { JsonFault, parseStrict } from "../../../domain/json/parse-strict.ts";
import type { Target } from "../../../domain/target.ts";
import type { InstalledProgram } from "../../../supply/installed.ts";
import { GateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import { invalidReport } from "../../given-report.ts";
import type { Database } from "../database/health.ts";
import { databaseCache, runGrype } from "../process/run.ts";
import { GRYPE } from "../report/source.ts";
import { scanFailure } from "./failures.ts";

// How Grype is asked, and how its answer is read.

/** The settings of all of a run's questions to Grype. */
export interface RunSettings {
  readonly program: InstalledProgram;
  readonly database: Database;
  /** For a target, in milliseconds, of which `spentMs` are gone. */
  readonly timeoutMs: number;
  readonly spentMs?: number | undefined;
  /** Maximum age of the sources that matter for the target, in milliseconds. */
  readonly maxAgeMs: number;
}

/**
 * Runs Grype on a target.
 * @throws GateError `scan-timeout`, `grype-…`, `run-cancelled`
 */
export async function started(
  target: Target,
  settings: RunSettings,
  args: readonly string[],
  world: World,
): Promise<void> {
  const { program, database, timeoutMs, spentMs = 0 } = settings;
  const left = Math.max(1, timeoutMs - spentMs);
  const databaseFolder = databaseCache(database.folder, world);
  const result = await runGrype({ program: program.path, args, databaseFolder, timeoutMs: left }, world);
  if (result.code !== 0 || result.timedOut) throw scanFailure(result, target, timeoutMs);
}

/** @throws GateError `report-missing`, `report-too-large`, `report-invalid` */
export function documentIn(path: string): unknown {
  let bytes: Buffer;
  try {
    // Reading a pipe would block.
    if (!lstatSync(path).isFile()) throw new TypeError("not a regular file");
    bytes = readFileSync(path);
  } catch (cause) {
    throw new GateError(
      "report-missing",
      "Grype ended without an error, but wrote no report that can be read",
      "Check that `grype-binary` is a real Grype and that the disk of RUNNER_TEMP is not full.",
      { cause },
    );
  }
  try {
    return parseStrict(bytes);
  } catch (fault) {
    throw fault instanceof JsonFault ? invalidReport(GRYPE, fault.message, fault) : fault;
  }
}

/** The report holds the image's configuration with its environment, where secrets are, and Grype's own settings. */
export function withoutSettings(document: unknown): unknown {
  if (!isObject(document)) return document;
  const { descriptor, source } = document;
  const target = isObject(source) && isObject(source.target) ? source.target : undefined;
  return {
    ...document,
    ...(isObject(descriptor) && { descriptor: without(descriptor, ["configuration"]) }),
    ...(target && { source: { ...(source as object), target: without(target, ["config", "manifest"]) } }),
  };
}

function without(object: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

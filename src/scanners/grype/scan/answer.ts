import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isoSeconds, spanWords } from "../../../domain/dates.ts";
import { isObject } from "../../../domain/json/is-object.ts";
import { JsonFault, parseStrict } from "../../../domain/json/parse-strict.ts";
import type { InstalledPackage, LocatedTarget, Target } from "../../../domain/target.ts";
import { scanTimeout } from "../../../images/fault.ts";
import type { InstalledProgram } from "../../../supply/installed.ts";
import { GateError } from "../../../system/errors.ts";
import type { ProcessResult } from "../../../system/process.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { DISK_FULL, type Failure, isKilled, outOfMemory, readWritten, toldFailure } from "../../program.ts";
import { sourcesOf } from "../database/facts.ts";
import { type Database, FILE } from "../database/health.ts";
import { databaseCache, lastWords, runGrype } from "../process/run.ts";
import { ageOf, type GrypeDatabase, sourcesFor } from "../report/database.ts";
import { readDocument, type System } from "../report/report.ts";
import { GRYPE } from "../report/schema.ts";
import { packagesIn } from "./packages.ts";

// Questions to Grype, and the reading of its answers.

/** The settings of all of a run's questions to Grype. */
export interface RunSettings {
  readonly program: InstalledProgram;
  readonly database: Database;
  /** For a target, in milliseconds, including the `spentMs`. */
  readonly timeoutMs: number;
  readonly spentMs?: number | undefined;
  /** Maximum age of the sources that matter for the target, in milliseconds. */
  readonly maxAgeMs: number;
  readonly descriptions?: boolean | undefined;
  /** Absolute path for Grype's report, without what must not leave the job. Absent: it is not kept. */
  readonly reportFile?: string | undefined;
}

/** The names of the scanner and its database in an answer. */
export function namesOf({ program: { version, sha256 }, database }: RunSettings) {
  return {
    scanner: GRYPE.name,
    scannerVersion: version,
    scannerSha256: sha256,
    databaseSha256: database.sha256,
  };
}

/**
 * Asks Grype about a target: its findings, and all packages that it sees.
 * @param input in Grype's form: `oci-dir:…`, `purl:…`
 * @throws GateError `scan-timeout`, `grype-…`, `report-…`, `run-cancelled`
 */
export async function answerOn(target: Target, input: string, settings: RunSettings, world: World) {
  const { program, database, timeoutMs, spentMs = 0, descriptions = false, reportFile } = settings;
  if (reportFile !== undefined) rmSync(reportFile, { force: true });
  const folder = privateFolder(world, "answer");
  using _ = removedAtEnd(folder);
  const [report, list] = [join(folder, "report.json"), join(folder, "packages.json")];
  const args = [input, "-o", `json=${report}`, "-o", `cyclonedx-json=${list}`];
  const databaseFolder = databaseCache(database.folder, world);
  const left = Math.max(1, timeoutMs - spentMs);
  const result = await runGrype({ program: program.path, args, databaseFolder, timeoutMs: left }, world);
  if (result.code !== 0 || result.timedOut) throw scanFailure(result, target, timeoutMs);
  const document = documentIn(report);
  const read = readDocument(document, target, descriptions);
  const packages = packagesIn(documentIn(list));
  if (reportFile !== undefined) writeFileSync(reportFile, JSON.stringify(withoutSettings(document)), { mode: 0o600 });
  return { read, packages };
}

/** @throws GateError `report-missing`, `report-too-large`, `report-invalid` */
function documentIn(path: string): unknown {
  try {
    return parseStrict(readWritten(path, GRYPE.name));
  } catch (fault) {
    throw fault instanceof JsonFault ? GRYPE.invalid(fault.message, fault) : fault;
  }
}

/** The report contains the image's configuration with its environment, where secrets are, and Grype's own settings. */
function withoutSettings(document: unknown): unknown {
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

/** The parts of a target that decide which sources of a database matter. */
interface Needs {
  readonly target: Target;
  readonly system: System;
  /** The kinds of its packages that belong to no distribution, in Grype's words. */
  readonly kinds: ReadonlySet<string>;
  /** Grype's description of the database that it used. */
  readonly told: GrypeDatabase;
}

/** The kinds of packages that belong to no distribution. */
export function kindsOf(packages: readonly Pick<InstalledPackage, "system" | "type">[]): ReadonlySet<string> {
  return new Set(packages.flatMap(({ system, type }) => (system === true ? [] : [type])));
}

/**
 * The time when the sources that matter for a target were read: its distribution's, and the sources for its other
 * packages. An outage at another vendor does not matter.
 * @returns ISO 8601
 * @throws GateError `grype-database-stale`
 */
export async function requireYoung(
  { target: { label }, system, kinds, told }: Needs,
  { maxAgeMs, database }: RunSettings,
  { now }: World,
): Promise<string> {
  const ofSystem = sourcesFor(system) ?? [];
  const ofKinds = kinds.size === 0 ? [] : await sourcesOf(join(database.folder, FILE), kinds);
  // Programs without a package manager are matched by their product's name (CPE).
  const sources = new Set([...ofSystem, ...ofKinds, ...(kinds.has("binary") ? ["nvd"] : [])]);
  const updatedAt = ageOf(told, sources);
  const age = updatedAt === undefined ? undefined : now().getTime() - Date.parse(updatedAt);
  if (updatedAt !== undefined && age !== undefined && age <= maxAgeMs) return updatedAt;
  const when =
    updatedAt === undefined
      ? "have no date"
      : `are of ${isoSeconds(new Date(updatedAt))}, more than ${spanWords(maxAgeMs)} ago`;
  throw new GateError(
    "grype-database-stale",
    `${label} cannot be judged: the advisories of Grype's database that matter for it (${[...sources].join(", ") || "all"}) ${when}`,
    "Refresh the copy that `grype-db` names, or accept an older one with a higher `max-db-age`.",
  );
}

/**
 * Grype only gets images, as verified bytes. It could read folders and SBOMs, but does not report the parts that it
 * leaves out: a clean folder would look like an unread one.
 */
export function notAnImage({ label }: Target, { how }: LocatedTarget): GateError {
  return new GateError(
    "target-kind-unsupported",
    `${label} was not scanned: Grype only gets images here, and this is ${KINDS[how as keyof typeof KINDS]}, for which it does not report omitted parts`,
    "Use `scan-with: grype-match`, which asks Grype's database about the packages that another scanner lists in it, or judge it in its own run without `scan-with`.",
  );
}

const KINDS = { folder: "a folder", repository: "a repository", sbom: "an SBOM" } as const;

const FAILURES: readonly Failure[] = [
  DISK_FULL,
  {
    code: "grype-database-unusable",
    match: /^(?=.*(?:database|\bdb\b)).*(?:schema|does not exist|not a database|malformed|no such table)/is,
    what: "Grype cannot read its database",
    remedy: "Use a Grype and a database that fit each other: `grype-version` and `grype-db` name them.",
  },
];

/** Explains why a scan failed. The process's code is not 0, or it was ended at the deadline. */
function scanFailure(result: ProcessResult, target: Target, timeoutMs: number): GateError {
  if (result.timedOut) return scanTimeout(target, timeoutMs);
  if (isKilled(result)) return outOfMemory(target, "Grype was ended by SIGKILL");
  const words = lastWords(result);
  const told = toldFailure(FAILURES, [result.stderr], words, target);
  if (told !== undefined) return told;
  return new GateError(
    "grype-failed",
    `${target.label} was not scanned: Grype ended with ${result.signal ?? `exit code ${result.code}`} (${words})`,
    "Run again. If it happens again, try the Grype that `grype-version` names without `grype-binary`.",
  );
}

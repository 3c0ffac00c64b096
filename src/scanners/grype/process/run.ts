import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessResult } from "../../../system/process.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { messageLine, runScanner, scannerEnvironment } from "../../program.ts";

export interface GrypeRun {
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** Absolute path of the folder that it uses as its cache of databases: {@link databaseCache}. */
  readonly databaseFolder: string;
  /** Milliseconds until it is ended. */
  readonly timeoutMs: number;
}

/**
 * Runs Grype with our own configuration file, which switches all others off. Otherwise it would read files in its
 * working folder, HOME and the XDG folders, and a rule in one of them can hide everything.
 * @throws GateError `run-cancelled`, `program-…`
 */
export async function runGrype(run: GrypeRun, world: World): Promise<ProcessResult> {
  const folder = privateFolder(world, "grype");
  const config = join(folder, "config.yaml");
  writeFileSync(config, JSON.stringify(configuration(run.databaseFolder)), { mode: 0o600 });
  const options = { env: grypeEnvironment(world), deadlineMs: run.timeoutMs } as const;
  return runScanner(run.program, ["-c", config, ...run.args], options, world);
}

/** The name of Grype's folder for a database of this model. */
const MODEL_FOLDER = "6";

/** A folder that Grype uses as its cache. The shared database is linked into it, and only read. */
export function databaseCache(database: string, world: World): string {
  const folder = privateFolder(world, "grype-db");
  symlinkSync(database, join(folder, MODEL_FOLDER), "junction");
  return folder;
}

/** The database that an import has left in a folder. */
export function importedIn(databaseFolder: string): string {
  return join(databaseFolder, MODEL_FOLDER);
}

/** JSON is YAML. Settings that are missing here have Grype's own default, which no file or variable can change. */
function configuration(databaseFolder: string) {
  return {
    "check-for-app-update": false,
    "external-sources": { enable: false },
    ignore: [],
    exclude: [],
    "vex-documents": [],
    db: {
      "cache-dir": databaseFolder,
      "auto-update": false,
      // Its age is judged here, by the sources that matter for the image. Its bytes are checked against a SHA-256.
      "validate-age": false,
      "validate-by-hash-on-start": false,
      "require-update-check": false,
    },
    log: { level: "warn" },
  };
}

/** Grype's own reason for its failure. */
export function lastWords({ stderr }: Pick<ProcessResult, "stderr">): string {
  return messageLine(stderr.trim().split("\n").slice(-6).join(" "));
}

/**
 * The complete environment of a Grype process. It contacts no host, so there is no proxy, certificate or login. No
 * `GRYPE_*` and no `SYFT_*` is inherited: eighty of them change its findings, some without a trace in its report.
 */
function grypeEnvironment(world: World): Record<string, string> {
  const own = scannerEnvironment(world);
  // Without the first, Grype searches the system's `/etc/xdg` for a configuration. Without the second, its errors are
  // in colour even without a terminal.
  return { ...own, XDG_CONFIG_DIRS: own.XDG_CONFIG_HOME ?? "", NO_COLOR: "1" };
}

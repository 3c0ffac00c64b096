import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { LocatedTarget } from "../../../domain/target.ts";
import { PLACES, type Place } from "../../../images/source.ts";
import { isWithin } from "../../../system/given-files.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerSettings } from "../../scanner.ts";

export type DatabaseKind = "vulnerability" | "java";

/** Trivy's input: an image as a layout of verified bytes, or a target that it reads itself. */
export type TrivyTarget = {
  readonly how: "image" | Exclude<LocatedTarget["how"], "reference" | "archive" | "layout">;
  readonly location: string;
};

export interface ScanArguments extends Pick<ScannerSettings, "scanners" | "skipDirs" | "skipFiles"> {
  readonly target: TrivyTarget;
  /** Files that are read in spite of their names: `ANALYZER:REGEX`. */
  readonly filePatterns?: readonly string[] | undefined;
  readonly timeoutMs: number;
  /** Absolute. */
  readonly cacheFolder: string;
  /** Absolute. */
  readonly output: string;
}

/** Trivy must neither ask its vendor for newer versions nor send it anything. Each has its own flag. */
const QUIET = ["--disable-telemetry", "--skip-version-check", "--no-progress"];

/**
 * Kinds of configuration that are checked. Terraform is left out: Trivy fetches modules that a file names, from any
 * host and with the machine's own Git, even with `--offline-scan`. The oldest version that we accept supports all of
 * these.
 */
const CHECKED = "azure-arm,cloudformation,dockerfile,helm,kubernetes,terraformplan-json,terraformplan-snapshot";

/** Our own deadline comes first: Trivy's does not apply to a registry that never answers. */
const MARGIN_MS = 30_000;

/** `trivy sbom` refuses the others: an SBOM contains no files. */
const SBOM_SCANNERS: ReadonlySet<string> = new Set(["vuln", "license"]);

/** The scanners that Trivy can use on such a target. */
export function usableScanners({ how }: LocatedTarget, scanners: readonly string[]): readonly string[] {
  return how === "sbom" ? scanners.filter((scanner) => SBOM_SCANNERS.has(scanner)) : scanners;
}

/**
 * Arguments of a scan that writes its unfiltered JSON to `output` and decides nothing itself. Values follow their
 * flag's `=`, and the target follows `--`, so none of them can be read as a flag.
 */
export function scanArguments(scan: ScanArguments): string[] {
  const { target } = scan;
  return [
    COMMANDS[target.how],
    "--format=json",
    `--output=${scan.output}`,
    `--cache-dir=${scan.cacheFolder}`,
    `--timeout=${goDuration(scan.timeoutMs)}`,
    `--scanners=${scan.scanners.join(",")}`,
    "--list-all-pkgs",
    "--skip-db-update",
    "--skip-java-db-update",
    // A pom.xml names repositories that its author chose. We never contact a host because a target names it.
    "--offline-scan",
    // Use the checks in the verified binary, not those that a registry has today.
    ...(scan.scanners.includes("misconfig") ? ["--skip-check-update", `--misconfig-scanners=${CHECKED}`] : []),
    ...QUIET,
    // Only the debug log shows the files that it could not read, and the source in which it found an image.
    "--debug",
    ...scan.skipDirs.map((dir) => `--skip-dirs=${listItem(dir)}`),
    ...scan.skipFiles.map((file) => `--skip-files=${listItem(file)}`),
    ...(scan.filePatterns ?? []).map((pattern) => `--file-patterns=${listItem(pattern)}`),
    ...targetArguments(scan),
  ];
}

const COMMANDS: Readonly<Record<TrivyTarget["how"], string>> = {
  image: "image",
  folder: "fs",
  repository: "repo",
  sbom: "sbom",
};

function targetArguments({ target }: ScanArguments): string[] {
  const { how, location } = target;
  return how === "image" ? [`--input=${location}`] : ["--", location];
}

/** Quotes an item: Trivy parses list flags as a line of CSV. */
function listItem(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function goDuration(timeoutMs: number): string {
  return `${Math.ceil((timeoutMs + MARGIN_MS) / 1000)}s`;
}

const SOURCES: Readonly<Record<string, string>> = {
  folder: "files",
  repository: "a repository",
  sbom: "an SBOM",
};

/** The origin of the target, for the provenance: a reader must notice a daemon's stale `app:latest`. */
export function sourceOf({ how }: LocatedTarget, place: Place | undefined): string | undefined {
  return place === undefined ? SOURCES[how] : PLACES[place];
}

/**
 * The layers that Trivy attributes to the base image, from a line of its debug log. It skips secrets in these layers,
 * and caches them without secrets for all images (pkg/fanal/artifact/image, `guessBaseLayers`).
 */
export function foundBaseLayers(line: string): readonly string[] | undefined {
  const [, list] = /\tDEBUG\t\[image\] Detected base layers\tdiff_ids=\[([^\]]*)\]/.exec(line) ?? [];
  return list?.split(" ").filter((each) => each !== "");
}

/**
 * Trivy takes `skip-dirs` and `skip-files` as paths within the target. A workflow's author writes them like all paths,
 * relative to the workspace. So a path below a scanned folder is converted into its path within that folder. Others,
 * such as `dist*` or a path in an image, stay unchanged.
 * @param entries paths or globs
 */
export function skipsWithin(
  { how, location }: LocatedTarget,
  entries: readonly string[],
  { workspace }: Pick<World, "workspace">,
): readonly string[] {
  if (how !== "folder" && !(how === "repository" && isAbsolute(location))) return entries;
  // The target's path is already resolved.
  const base = realpathSync(workspace);
  return entries.map((entry) => {
    const path = resolve(base, isAbsolute(entry) && isWithin(workspace, entry) ? relative(workspace, entry) : entry);
    return path !== location && isWithin(location, path) ? relative(location, path).split(sep).join("/") : entry;
  });
}

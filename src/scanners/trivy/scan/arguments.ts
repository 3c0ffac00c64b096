import type { LocatedTarget } from "../../../domain/target.ts";

export type DatabaseKind = "vulnerability" | "java";

export interface DownloadArguments {
  readonly kind: DatabaseKind;
  readonly repository: string;
  /** Absolute, empty. */
  readonly cacheFolder: string;
  readonly timeoutMs: number;
}

export interface ScanArguments {
  readonly target: LocatedTarget;
  readonly scanners: readonly string[];
  /** Where a reference is looked for, in order; empty: Trivy's order. */
  readonly imageSource: readonly string[];
  readonly skipDirs: readonly string[];
  readonly skipFiles: readonly string[];
  readonly timeoutMs: number;
  /** Absolute. */
  readonly cacheFolder: string;
  /** Absolute. */
  readonly output: string;
}

/** No question to Trivy's makers about newer versions, and nothing told to them: each has a flag of its own. */
const QUIET = ["--disable-telemetry", "--skip-version-check", "--no-progress"];

/**
 * Kinds of configuration that are checked. Not Terraform: Trivy fetches the modules that it names, from any host and by the
 * machine's own Git, whatever `--offline-scan` says. All of these are known since the oldest version that we take.
 */
const CHECKED = "azure-arm,cloudformation,dockerfile,helm,kubernetes,terraformplan-json,terraformplan-snapshot";

/** Our own deadline comes first: Trivy's does not bound a registry that never answers. */
const MARGIN_MS = 30_000;

/** Arguments that download one database from one repository into an empty cache folder. */
export function downloadArguments({ kind, repository, cacheFolder, timeoutMs }: DownloadArguments): string[] {
  const flags =
    kind === "java"
      ? ["--download-java-db-only", `--java-db-repository=${repository}`]
      : ["--download-db-only", `--db-repository=${repository}`];
  return ["image", ...flags, `--cache-dir=${cacheFolder}`, `--timeout=${goDuration(timeoutMs)}`, ...QUIET];
}

/** `trivy sbom` refuses the others: an SBOM holds no files. */
const SBOM_SCANNERS: ReadonlySet<string> = new Set(["vuln", "license"]);

/** Those of the scanners that Trivy can use on such a target. */
export function usableScanners({ how }: LocatedTarget, scanners: readonly string[]): readonly string[] {
  return how === "sbom" ? scanners.filter((scanner) => SBOM_SCANNERS.has(scanner)) : scanners;
}

/**
 * Arguments of a scan that writes its JSON to `output`, unfiltered, and decides nothing itself. Values follow their flag's
 * `=`, and the target a `--`: none of them can be taken for a flag.
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
    // A pom.xml names repositories, and whoever wrote it chose them: no host is asked because a target names it.
    "--offline-scan",
    // The checks that are compiled into the verified binary, not those that a registry has today.
    ...(scan.scanners.includes("misconfig") ? ["--skip-check-update", `--misconfig-scanners=${CHECKED}`] : []),
    ...QUIET,
    // Only its debug log says which files it could not read, and in which of several sources an image was found.
    "--debug",
    ...scan.skipDirs.map((dir) => `--skip-dirs=${listItem(dir)}`),
    ...scan.skipFiles.map((file) => `--skip-files=${listItem(file)}`),
    ...targetArguments(scan),
  ];
}

const COMMANDS: Readonly<Record<LocatedTarget["how"], string>> = {
  reference: "image",
  archive: "image",
  layout: "image",
  folder: "fs",
  repository: "repo",
  sbom: "sbom",
};

function targetArguments({ target, imageSource }: ScanArguments): string[] {
  const platform = target.platform === undefined ? [] : [`--platform=${target.platform}`];
  switch (target.how) {
    case "reference":
      return [
        ...platform,
        ...(imageSource.length === 0 ? [] : [`--image-src=${imageSource.join(",")}`]),
        "--",
        target.location,
      ];
    case "archive":
    case "layout":
      return [...platform, `--input=${target.location}`];
    default:
      return ["--", target.location];
  }
}

/** Trivy's list flags are read as one line of CSV. */
function listItem(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function goDuration(timeoutMs: number): string {
  return `${Math.ceil((timeoutMs + MARGIN_MS) / 1000)}s`;
}

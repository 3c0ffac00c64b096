import type { KeptRelease } from "../../../supply/tool-cache.ts";
import { GateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import table from "./release-table.json" with { type: "json" };

/** SHA-256 of archives, keyed by version and name. Without an entry, the signature of the release counts. */
const ARCHIVES: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = table.archives;

/** The version to use if the user names none. */
export const DEFAULT_VERSION: string = table.default;

/** Where Anchore publishes releases. Files are at `<base>/v<version>/<name>`. */
export const RELEASES = "https://github.com/anchore/grype/releases/download";

/** The lowest version with a database of model 6 (0.88). */
const LOWEST_VERSION = "0.88.0";

/** Versions that must never run, each with the reason. There is none yet. */
const KNOWN_BAD: ReadonlyMap<string, string> = new Map(Object.entries(table.bad));

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
}

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
 * @param bad why each of them is bad; only tests give another list
 * @throws GateError `grype-known-bad`, `grype-too-old`
 */
export function refuseBadVersion(version: string, bad: ReadonlyMap<string, string> = KNOWN_BAD): void {
  const why = bad.get(version);
  if (why !== undefined)
    throw new GateError(
      "grype-known-bad",
      `Grype ${version} must not be used: ${why}`,
      `Use ${DEFAULT_VERSION}. If ${version} ever ran where you found it, see what its advisory says.`,
    );
  const [parts, lowest] = [version, LOWEST_VERSION].map((each) => each.split(".").map(Number));
  const order = (parts ?? [])
    .map((part, index) => part - (lowest?.[index] ?? 0))
    .find((difference) => difference !== 0);
  if ((order ?? 0) < 0)
    throw new GateError(
      "grype-too-old",
      `Grype ${version} is too old: it does not read today's database`,
      `Use ${DEFAULT_VERSION}; the oldest that works is ${LOWEST_VERSION}.`,
    );
}

/**
 * The release archive for this machine.
 * @throws GateError `runner-unsupported`
 */
export function releaseFor(version: string, { platform, arch }: Pick<World, "platform" | "arch">): Release {
  const name = ARCHIVE_NAMES[`${platform} ${arch}`];
  if (name === undefined)
    throw new GateError(
      "runner-unsupported",
      `Grype is not released for ${platform} on ${arch}`,
      "Use a runner on Linux (x64, arm64), macOS or Windows x64, or give a Grype of your own by `grype-binary`.",
    );
  return {
    tool: "grype",
    version,
    archive: `grype_${version}_${name}`,
    member: platform === "win32" ? "grype.exe" : "grype",
    archiveSha256: ARCHIVES[version]?.[name],
  };
}

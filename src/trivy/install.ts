import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { GateError } from "../errors.ts";
import type { SharedCache } from "../shared-cache.ts";
import type { World } from "../world.ts";
import { extractMember } from "./archive.ts";
import { downloadArchive } from "./download.ts";
import { copyHashed, sha256OfFile } from "./hashing.ts";
import { isPrivate, privateFolder } from "./private-file.ts";
import {
  DEFAULT_VERSION,
  GITHUB_RELEASES,
  parseVersion,
  type Release,
  refuseBadVersion,
  refuseDeletedVersion,
  releaseFor,
  versionOfBinary,
} from "./release.ts";
import { findInToolCache, keepInToolCache, type ToolCacheEntry } from "./tool-cache.ts";
import { askVersion } from "./version.ts";

export interface InstallRequest {
  /** `0.76.0` or `v0.76.0`; absent: the newest that is compiled in. */
  readonly version?: string | undefined;
  /** Lower-case hexadecimal; of the archive, or of the program where {@link binary} is given. */
  readonly sha256?: string | undefined;
  /** Base URL that serves `v<version>/<archive>` instead of GitHub. */
  readonly mirror?: string | undefined;
  /** Login of the mirror: a token, or `user:password`. Sent to the mirror's origin alone. */
  readonly mirrorToken?: string | undefined;
  /** GitHub must not be asked: what neither the tool cache nor the mirror has is an error. */
  readonly offline?: boolean | undefined;
  /** Where Trivy is kept between runs beside the tool cache. */
  readonly cache?: SharedCache | undefined;
  /** An installed Trivy: a path, or a name on the PATH. */
  readonly binary?: string | undefined;
  /** For the whole download, in milliseconds. */
  readonly timeoutMs: number;
}

/** A Trivy that was checked and that nobody else can change. */
export interface InstalledTrivy {
  /** Absolute path of the program. */
  readonly path: string;
  readonly version: string;
  readonly origin: "tool cache" | "download" | "given binary";
  /** SHA-256 of the program where it was computed. */
  readonly sha256?: string | undefined;
}

/**
 * A checked Trivy: the given one, else the one in the runner's tool cache (checked again), else a downloaded one.
 * @throws GateError `trivy-…`, `runner-unsupported`, `run-cancelled`, `program-…`.
 */
export async function installTrivy(request: InstallRequest, world: World): Promise<InstalledTrivy> {
  if (request.binary !== undefined) return givenBinary(request.binary, request.sha256, world);
  const release = releaseFor(parseVersion(request.version ?? DEFAULT_VERSION), world);
  refuseBadVersion(release.version);
  const wanted = wantedRelease(release, request.sha256, world);
  const installed = (await fromToolCache(wanted, world)) ?? (await fromDownload(wanted, request, world));
  // A table of ours says which version an archive is; for one that the user vouches for, only the program can.
  return wanted.archiveSha256 === release.archiveSha256 ? installed : confirmVersion(installed, world);
}

interface WantedRelease extends Release {
  readonly archiveSha256: string;
}

/** The hash that counts: the user's before the table's. */
function wantedRelease(release: Release, sha256: string | undefined, { log }: World): WantedRelease {
  const known = release.archiveSha256;
  if (sha256 === undefined || sha256 === known) {
    if (known !== undefined) return { ...release, archiveSha256: known };
    throw new GateError(
      "trivy-hash-unknown",
      `The SHA-256 of ${release.archive} is not compiled in, so it cannot be verified`,
      `Use Trivy ${DEFAULT_VERSION}, or give the archive's SHA-256 as \`trivy-sha256\`: it stands in trivy_${release.version}_checksums.txt of the release.`,
    );
  }
  if (known !== undefined)
    log.notice(
      `\`trivy-sha256\` (${sha256}) differs from the SHA-256 of ${release.archive} that is compiled in (${known}); yours counts.`,
    );
  return { ...release, archiveSha256: sha256, binarySha256: undefined };
}

/** Takes what the tool cache has only where it can be verified now; a wrong one is said and replaced. */
async function fromToolCache(release: WantedRelease, world: World): Promise<InstalledTrivy | undefined> {
  const entry = findInToolCache(release, world);
  if (entry === undefined) return undefined;
  const installed = await verifiedEntry(entry, release, world);
  if (installed === undefined)
    world.log.warning(
      `Trivy ${release.version} in the tool cache (${entry.folder}) is not what it should be: its SHA-256 is wrong or cannot be checked. It is replaced.`,
    );
  return installed;
}

async function verifiedEntry(
  entry: ToolCacheEntry,
  release: WantedRelease,
  world: World,
): Promise<InstalledTrivy | undefined> {
  const { version } = release;
  if (release.binarySha256 !== undefined) {
    if (entry.binary === undefined) return undefined;
    const { path, sha256 } = await hashedBinary(entry.binary, world);
    return sha256 === release.binarySha256 ? { path, version, origin: "tool cache", sha256 } : undefined;
  }
  if (entry.archive === undefined) return undefined;
  const archive = readFileSync(entry.archive);
  if (sha256Of(archive) !== release.archiveSha256) return undefined;
  return { path: await extracted(archive, release, world), version, origin: "tool cache" };
}

/** The hash of a program at the place from which it will run: nobody else can change it between the two. */
async function hashedBinary(path: string, world: World): Promise<{ path: string; sha256: string }> {
  const real = realpathSync(path);
  if (isPrivate(real, world.platform)) return { path: real, sha256: await sha256OfFile(real) };
  const copy = join(privateFolder(world, "bin"), world.platform === "win32" ? "trivy.exe" : "trivy");
  return { path: copy, sha256: await copyHashed(real, copy, 0o700) };
}

async function fromDownload(
  release: WantedRelease,
  { mirror, timeoutMs }: InstallRequest,
  world: World,
): Promise<InstalledTrivy> {
  if (mirror === undefined) refuseDeletedVersion(release.version);
  const address = `${mirror ?? GITHUB_RELEASES}/v${release.version}/${release.archive}`;
  world.log.info(`Downloading Trivy ${release.version} from ${address}`);
  const file = join(privateFolder(world, "download"), release.archive);
  await downloadArchive(address, file, { timeoutMs, isMirror: mirror !== undefined }, world);
  const archive = readFileSync(file);
  const sha256 = sha256Of(archive);
  if (sha256 !== release.archiveSha256)
    throw new GateError(
      "trivy-hash-mismatch",
      `${address} has the SHA-256 ${sha256}, not ${release.archiveSha256}: it is not the archive that was released, or was cut off`,
      mirror === undefined
        ? "Run again; where it stays, do not use this archive: check github.com/aquasecurity/trivy for an advisory, and your proxy."
        : "Check that `trivy-mirror` serves the release archives unchanged, and `trivy-sha256` where you gave it.",
    );
  const path = await extracted(archive, release, world);
  keepInToolCache({ binary: path, archive: release.binarySha256 === undefined ? file : undefined }, release, world);
  return { path, version: release.version, origin: "download" };
}

/** The program out of a verified archive, in a folder of our own. */
async function extracted(archive: Buffer, release: Release, world: World): Promise<string> {
  const path = join(privateFolder(world, "bin"), release.member);
  await extractMember(archive, release.archive, release.member, path);
  return path;
}

async function givenBinary(binary: string, sha256: string | undefined, world: World): Promise<InstalledTrivy> {
  const given = findBinary(binary, world);
  const shared = sha256 !== undefined || !isPrivate(realpathSync(given), world.platform);
  const checked = shared ? await hashedBinary(given, world) : { path: realpathSync(given), sha256: undefined };
  if (sha256 !== undefined && checked.sha256 !== sha256)
    throw new GateError(
      "trivy-hash-mismatch",
      `The program ${JSON.stringify(binary)} has the SHA-256 ${checked.sha256}, not ${sha256}`,
      "Give the program's own SHA-256 as `trivy-sha256` (with `trivy-binary` it is not the archive's), or replace the program.",
    );
  const known = checked.sha256 === undefined ? undefined : versionOfBinary(checked.sha256);
  const version = known ?? (await askVersion(checked.path, world));
  refuseBadVersion(version);
  return { path: checked.path, version, origin: "given binary", sha256: checked.sha256 };
}

/** A path, relative to the workspace; a bare name is looked up on the PATH, never in the workspace. */
function findBinary(binary: string, { env, workspace, platform }: World): string {
  const isName = !/[\\/]/.test(binary);
  const names = platform === "win32" ? [binary, `${binary}.exe`] : [binary];
  const candidates = isName
    ? (env.PATH ?? "")
        .split(delimiter)
        .filter((folder) => folder !== "" && folder === resolve(folder))
        .flatMap((folder) => names.map((name) => join(folder, name)))
    : names.map((name) => resolve(workspace, name));
  const found = candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (found !== undefined) return found;
  throw new GateError(
    "trivy-binary-missing",
    isName
      ? `There is no program ${JSON.stringify(binary)} on the PATH`
      : `\`trivy-binary\` ${JSON.stringify(binary)} is not a file`,
    isName
      ? `Install Trivy in a step before this one, or write \`./${binary}\` for a file in the workspace.`
      : "Check the path, which is relative to the workspace, or leave `trivy-binary` out to have Trivy downloaded.",
  );
}

async function confirmVersion(installed: InstalledTrivy, world: World): Promise<InstalledTrivy> {
  const version = await askVersion(installed.path, world);
  refuseBadVersion(version);
  return { ...installed, version };
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

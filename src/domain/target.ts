import type { Coverage } from "./coverage/coverage.ts";
import type { Ecosystem, Finding } from "./finding.ts";

/** What a target that was scanned elsewhere is called in inputs and reports: the user gives the scanner's own report of it. */
export const GIVEN_REPORT = "trivy-report";

export const TARGET_KINDS = ["image", "path", "repository", "sbom", GIVEN_REPORT] as const;
type TargetKind = (typeof TARGET_KINDS)[number];

/** One thing to be judged. */
export interface Target {
  readonly kind: TargetKind;
  /** As the user wrote it: reference, path or URL. */
  readonly input: string;
  /** The reference that the user wrote behind the path of a tar, layout or report: `app.tar as ghcr.io/acme/app:1.2`. */
  readonly as?: string | undefined;
  /** `linux/arm64` where one was asked for. */
  readonly platform?: string | undefined;
  /** All platforms of the image were asked for: it is one of them, or stands for all where they are not known (yet). */
  readonly everyPlatform?: boolean | undefined;
  /** The image of an index that it is; `byDigest`: which its platform does not tell. */
  readonly listed?: { readonly digest: string; readonly index: ImageIndex; readonly byDigest: boolean } | undefined;
  /**
   * How people see it: `input` without the way to the runner's folders, behind {@link as} where there is one; then the
   * platform where one was asked for. Of a report without {@link as}, what it says that it is about, and the path.
   */
  readonly label: string;
  /** Of a report, a tar or a layout: the path in {@link label}, which does not depend on what is in it. */
  readonly file?: string | undefined;
}

/** One image for several platforms. */
export interface ImageIndex {
  /** Absent: a layout folder's own list, which no registry has. */
  readonly digest?: string | undefined;
  /** Without attestations, in the index's order; untrusted. */
  readonly images: readonly { readonly digest: string; readonly platform?: string | undefined }[];
}

/** What a scanner says of the thing that it scanned. */
export interface Artifact {
  /** The names by which a rule can mean it: what was typed, and nothing else. */
  readonly names: readonly string[];
  /** What it calls itself: text of whoever built it, for people. No rule goes by it. */
  readonly claims?: readonly string[] | undefined;
  /**
   * Content digest (`sha256:…`) of the manifest whose image was judged, of no index and of nothing else: only where it was
   * read, and leads to {@link imageId}.
   */
  readonly digest?: string | undefined;
  /** The index that the manifest was found in. */
  readonly index?: ImageIndex | undefined;
  /** What the reference means in its own repository by the scanner's word: the digest of an index, or of a manifest. */
  readonly referenceDigest?: string | undefined;
  /** Digest of the image's configuration (`sha256:…`). */
  readonly imageId?: string | undefined;
  readonly os?: { readonly family: string; readonly name: string; readonly endOfLife: boolean } | undefined;
  /** `linux/amd64`, from the image's configuration. */
  readonly platform?: string | undefined;
  /** Number of layers. */
  readonly layers?: number | undefined;
  /** Bytes of all layers, unpacked. */
  readonly size?: number | undefined;
  /** When the image was made (ISO 8601), by its own word. Reproducible builds write a date long past. */
  readonly createdAt?: string | undefined;
  /** Packages that the scanner saw: 0 may mean that it understood nothing of the image. */
  readonly packages: number;
}

/** A package that the scanner saw. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** The scanner's own word for its kind, as it is shown and stored. An open set: no rule goes by its words. */
  readonly type: string;
  /** Absent if it is called as the {@link type}, if it is none that rules know, and in reports of earlier runs. */
  readonly ecosystem?: Ecosystem | undefined;
  /** What lies at {@link path}: the package's own file, or a program that names its parts. Absent: a list of many. */
  readonly listedIn?: "own-file" | "program" | undefined;
  /** Package URL as the scanner gave it, with version and qualifiers. */
  readonly purl?: string | undefined;
  /** Its own file or the lock file that lists it, without a leading slash. */
  readonly path?: string | undefined;
  /** It belongs to the operating system. */
  readonly system?: boolean | undefined;
  /** What it was built from, which an operating system's advisories are about. */
  readonly source?: { readonly name: string; readonly version: string } | undefined;
  /** Of an RPM: the module stream that it belongs to. */
  readonly modularity?: string | undefined;
  /** It came from elsewhere than the system's own repository, whose advisories then say nothing of it. */
  readonly thirdParty?: boolean | undefined;
  /** Of the layer that brought it in. */
  readonly diffId?: string | undefined;
  /** What others of the same file name it by in {@link dependsOn}. */
  readonly id?: string | undefined;
  /** `direct`, `indirect`, `root`, `workspace`, `unknown`. An open set. */
  readonly relationship?: string | undefined;
  readonly dependsOn?: readonly string[] | undefined;
}

/** What an image tells of how it was built: text of whoever built it. */
export interface BuildTrace {
  /** `org.opencontainers.image.base.name`: the reference of the image that it was built on. */
  readonly baseName?: string | undefined;
  /** `org.opencontainers.image.base.digest`. */
  readonly baseDigest?: string | undefined;
  /** How many of its layers are an earlier image's, guessed by the history; absent: the history does not tell. */
  readonly baseLayers?: number | undefined;
  /** The instruction of each layer, the first layer first, where the history tells it. */
  readonly instructions: readonly (string | undefined)[];
}

/** The scanner's result for one target, in our words. */
export interface ScanResult {
  readonly artifact: Artifact;
  /** Absent where it is no image. */
  readonly build?: BuildTrace | undefined;
  readonly packages: readonly InstalledPackage[];
  /** DiffIDs of the image's layers, the first layer first; empty where it is no image. */
  readonly layers: readonly string[];
  readonly findings: readonly Finding[];
  /** Rows that the scanner itself suppressed (VEX, ignore file of a given report): not findings, but their number is said. */
  readonly suppressed: number;
  /** What was looked at, and what was not; absent: the scanner's result does not tell. */
  readonly coverage?: Coverage | undefined;
  readonly provenance: Provenance;
}

/** How the result came to be. Every field is optional: an existing report tells little. */
export interface Provenance {
  readonly scanner: string;
  readonly scannerVersion?: string | undefined;
  /** When the vulnerability database was built. */
  readonly databaseUpdatedAt?: string | undefined;
  /** When the scan was made (a given report's own word). */
  readonly scannedAt?: string | undefined;
  /** `local Docker or Podman`, `the registry`, `a docker save tar`, … */
  readonly source?: string | undefined;
  /** Why it is not known which manifest was judged, of an image that a registry has: a clause. */
  readonly digestUnknown?: string | undefined;
  readonly scanners?: readonly string[] | undefined;
  readonly skipped?: readonly string[] | undefined;
  /** Notes that a reader must see: an end-of-life database, another architecture, … */
  readonly notes?: readonly string[] | undefined;
}

/** A target that is to be scanned, as the scanner is told of it. */
export interface LocatedTarget {
  readonly how: "reference" | "archive" | "layout" | "folder" | "repository" | "sbom";
  /** A reference, a URL, or an absolute path. */
  readonly location: string;
  readonly platform?: string | undefined;
}

/** Formats of an SBOM, as the scanner calls them too. */
export type SbomFormat = "cyclonedx" | "spdx-json";

/** Whether a report's format is one of an SBOM, which the scanner makes, and which describes one target a file. */
export function isSbomFormat(format: string): format is SbomFormat {
  return format === "cyclonedx" || format === "spdx-json";
}

/** One of several targets whose scan has ended. */
export interface EndedScan {
  /** How many have ended by now, this one included. */
  readonly count: number;
  readonly of: number;
  readonly label: string;
  /** What the scanner found, before anything is judged; an error's code if there was no scan. */
  readonly result: { readonly findings: number } | { readonly error: string };
  readonly milliseconds: number;
}

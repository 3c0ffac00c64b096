import type { Coverage } from "./coverage.ts";
import type { Ecosystem, Finding } from "./finding.ts";
import type { ReadOf } from "./report/fields.ts";
import type { artifact, installed, opinionSource, provenance } from "./report/target-schema.ts";

/**
 * The kind of a target that was scanned elsewhere: the user gives the scanner's report. The word is used for the
 * reports of all scanners, since the input and our report format have had it from their first version.
 */
export const GIVEN_REPORT = "trivy-report";

/** The same as a noun in a sentence. */
export const GIVEN_REPORT_NAME = "given report";

export const TARGET_KINDS = ["image", "path", "repository", "sbom", GIVEN_REPORT] as const;
type TargetKind = (typeof TARGET_KINDS)[number];

/** One thing to judge. */
export interface Target {
  readonly kind: TargetKind;
  /** As the user wrote it: a reference, path or URL. */
  readonly input: string;
  /** The reference that the user wrote after the path of a tar, layout or report: `app.tar as ghcr.io/acme/app:1.2`. */
  readonly as?: string | undefined;
  /** The requested platform, such as `linux/arm64`. Absent if none was requested. */
  readonly platform?: string | undefined;
  /** All platforms of the image were requested. This is one of them, or represents all until they are known. */
  readonly everyPlatform?: boolean | undefined;
  /** This target's entry in an index. */
  readonly listed?: { readonly digest: string; readonly index: ImageIndex } | undefined;
  /**
   * The name that users see: {@link as}, if set, otherwise `input` without the path to the runner's folders, then the
   * requested platform, if any. For a report without {@link as}: the subject that the report claims, and the path.
   */
  readonly label: string;
  /** The path in {@link label} of a report, tar or layout. It does not depend on the file's content. */
  readonly file?: string | undefined;
  /** The report may be from any known scanner. Absent: it is from the first scanner. */
  readonly anyScanner?: true | undefined;
  /** Reports of other scanners, or of other runs, on the same image: further opinions on it. */
  readonly opinions?: readonly Target[] | undefined;
  /** `input` is a pattern of reports that matches no file. */
  readonly matchesNothing?: true | undefined;
}

/** One image for several platforms. */
export type ImageIndex = NonNullable<Artifact["index"]>;

/** A scanner's description of the scanned target. */
export interface Artifact extends ReadOf<typeof artifact> {
  readonly packages: number | undefined;
}

/** A package in a scanner's list. */
export interface InstalledPackage extends ReadOf<typeof installed> {
  /** Absent if its name equals {@link type}, if no rule knows the ecosystem, or in reports of earlier runs. */
  readonly ecosystem?: Ecosystem | undefined;
  /** The file at {@link path}: the package's own, or a program that names its parts. Absent: a list of packages. */
  readonly listedIn?: "own-file" | "program" | undefined;
  /** DiffID of the layer that added it. */
  readonly diffId?: string | undefined;
  /** Its id in {@link dependsOn} of other packages of the same file. */
  readonly id?: string | undefined;
  /** `direct`, `indirect`, `root`, `workspace`, `unknown`. Scanners may add others. */
  readonly relationship?: string | undefined;
  readonly dependsOn?: readonly string[] | undefined;
}

/** An image's description of its build. The text comes from its builder. */
export interface BuildTrace {
  /** `org.opencontainers.image.base.name`: the reference of the image that it was built on. */
  readonly baseName?: string | undefined;
  /** `org.opencontainers.image.base.digest`. */
  readonly baseDigest?: string | undefined;
  /**
   * How many of its layers come from an earlier image, estimated from the history. Absent: the history does not say.
   */
  readonly baseLayers?: number | undefined;
  /** The instruction of each layer, in order. Undefined if the history does not say. */
  readonly instructions: readonly (string | undefined)[];
}

/** The scanner's result for one target, in Image Gate's terms. */
export interface ScanResult {
  readonly artifact: Artifact;
  /** Absent if the target is not an image. */
  readonly build?: BuildTrace | undefined;
  readonly packages: readonly InstalledPackage[];
  /** DiffIDs of the image's layers, in order. Empty if the target is not an image. */
  readonly layers: readonly string[];
  readonly findings: readonly Finding[];
  /**
   * Number of rows that the scanner itself suppressed (VEX, ignore file of a given report). They are not findings, but
   * their number is shown.
   */
  readonly suppressed: number;
  /** The parts that were scanned, and those that were not. Absent: the scanner's result does not say. */
  readonly coverage?: Coverage | undefined;
  /**
   * Ecosystems (`npm`, …; without rules of ours, the package URL's type) that the scanner has advisories for, in
   * addition to the ecosystems of its findings. Absent: unknown.
   */
  readonly advisoriesFor?: readonly string[] | undefined;
  /**
   * Ecosystems, named likewise, whose listed packages the scanner could not check: it has no advisories for them, or
   * could not be asked. Absent: none.
   */
  readonly blindTo?: readonly string[] | undefined;
  /** The scanners whose opinions were merged, in their order. Absent: the result is from one scanner. */
  readonly opinions?: readonly OpinionSource[] | undefined;
  readonly provenance: Provenance;
}

/** One of several scanners that were asked about a target. */
export type OpinionSource = ReadOf<typeof opinionSource>;

/** A result with the scanners whose opinions are in it. */
type ByScanners = Pick<ScanResult, "opinions" | "provenance">;

/** The scanners whose opinions are in a result, in their order. */
export function opinionsIn({
  opinions,
  provenance,
}: ByScanners): readonly Pick<OpinionSource, "scanner" | "version">[] {
  const { scanner, scannerVersion: version } = provenance;
  return opinions === undefined ? [{ scanner, version }] : opinions.filter(({ failed }) => failed === undefined);
}

/** The names of the same scanners. */
export function scannersOf(scan: ByScanners): string[] {
  return opinionsIn(scan).map(({ scanner }) => scanner);
}

/** How the result was produced. */
export type Provenance = ReadOf<typeof provenance>;

/** A target to scan, as it is passed to the scanner. */
export interface LocatedTarget {
  readonly how: NonNullable<Provenance["readAs"]>;
  /** A reference, a URL, or an absolute path. */
  readonly location: string;
  readonly platform?: string | undefined;
  /** For a reference or a layout: the entry of the index to scan, if it is already known. */
  readonly digest?: string | undefined;
}

/** SBOM formats, with the scanner's names. */
export type SbomFormat = "cyclonedx" | "spdx-json";

/** True if a report's format is an SBOM format. The scanner writes SBOMs, one file per target. */
export function isSbomFormat(format: string): format is SbomFormat {
  return format === "cyclonedx" || format === "spdx-json";
}

/** A finished scan, one of several. */
export interface EndedScan {
  /** How many scans have finished, including this one. */
  readonly count: number;
  readonly of: number;
  readonly label: string;
  /** The number of findings before anything is judged, or an error's code if there was no scan. */
  readonly result: { readonly findings: number } | { readonly error: string };
  readonly milliseconds: number;
}

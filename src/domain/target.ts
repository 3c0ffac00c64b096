import type { Coverage } from "./coverage.ts";
import type { Ecosystem, Finding } from "./finding.ts";
import type { ReadOf } from "./report/fields.ts";
import type { artifact, installed, opinionSource, provenance } from "./report/target-schema.ts";

/**
 * The kind of a target that was scanned elsewhere: the user gives the scanner's own report. The word is that of the
 * input and of our reports' format since its first version, and stands for every scanner's report.
 */
export const GIVEN_REPORT = "trivy-report";

/** The same in a sentence. */
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
  /** All platforms of the image were requested. This is one of them, or represents all if they are not known (yet). */
  readonly everyPlatform?: boolean | undefined;
  /** The entry of an index that this target is. */
  readonly listed?: { readonly digest: string; readonly index: ImageIndex } | undefined;
  /**
   * The name that people see: {@link as}, if set, then `input` without the path to the runner's folders, then the
   * requested platform, if any. For a report without {@link as}: the subject that the report claims, and the path.
   */
  readonly label: string;
  /** For a report, tar or layout: the path in {@link label}. It does not depend on the file's content. */
  readonly file?: string | undefined;
  /** Of a report: it may be any known scanner's. Absent: it is the first scanner's own. */
  readonly anyScanner?: true | undefined;
  /** Reports of other scanners, or of other runs, on this very image: further opinions on it. */
  readonly opinions?: readonly Target[] | undefined;
  /** `input` is a pattern of reports that no file matches. */
  readonly matchesNothing?: true | undefined;
}

/** One image for several platforms. */
export type ImageIndex = NonNullable<Artifact["index"]>;

/** What a scanner says about the thing that it scanned. */
export interface Artifact extends ReadOf<typeof artifact> {
  readonly packages: number | undefined;
}

/** A package that the scanner saw. */
export interface InstalledPackage extends ReadOf<typeof installed> {
  /** Absent if its name equals {@link type}, if no rule knows the ecosystem, and in reports of earlier runs. */
  readonly ecosystem?: Ecosystem | undefined;
  /** What is at {@link path}: the package's own file, or a program that names its parts. Absent: a list of packages. */
  readonly listedIn?: "own-file" | "program" | undefined;
  /** DiffID of the layer that added it. */
  readonly diffId?: string | undefined;
  /** The id that other packages of the same file use for it in {@link dependsOn}. */
  readonly id?: string | undefined;
  /** `direct`, `indirect`, `root`, `workspace`, `unknown`. An open set. */
  readonly relationship?: string | undefined;
  readonly dependsOn?: readonly string[] | undefined;
}

/** What an image says about its own build. The text comes from its builder. */
export interface BuildTrace {
  /** `org.opencontainers.image.base.name`: the reference of the image that it was built on. */
  readonly baseName?: string | undefined;
  /** `org.opencontainers.image.base.digest`. */
  readonly baseDigest?: string | undefined;
  /** How many of its layers come from an earlier image, guessed from the history. Absent: the history does not say. */
  readonly baseLayers?: number | undefined;
  /** The instruction of each layer, first layer first. Undefined if the history does not say. */
  readonly instructions: readonly (string | undefined)[];
}

/** The scanner's result for one target, in our own terms. */
export interface ScanResult {
  readonly artifact: Artifact;
  /** Absent if the target is not an image. */
  readonly build?: BuildTrace | undefined;
  readonly packages: readonly InstalledPackage[];
  /** DiffIDs of the image's layers, first layer first. Empty if the target is not an image. */
  readonly layers: readonly string[];
  readonly findings: readonly Finding[];
  /**
   * Rows that the scanner itself suppressed (VEX, ignore file of a given report). Not findings, but we show their
   * number.
   */
  readonly suppressed: number;
  /** What was looked at, and what was not. Absent: the scanner's result does not say. */
  readonly coverage?: Coverage | undefined;
  /**
   * Ecosystems (`npm`, …; without rules of ours, the type of the package URL) for which the scanner has advisories,
   * alongside those of which it has found something. Absent: nothing says so.
   */
  readonly advisoriesFor?: readonly string[] | undefined;
  /**
   * Ecosystems, named likewise, of whose listed packages the scanner could not see what is known about them: it has no
   * advisories for them, or could not be asked. Absent: none.
   */
  readonly blindTo?: readonly string[] | undefined;
  /** The scanners whose opinions this is, in their order. Absent: it is one scanner's result. */
  readonly opinions?: readonly OpinionSource[] | undefined;
  readonly provenance: Provenance;
}

/** One of several scanners that were asked about a target. */
export type OpinionSource = ReadOf<typeof opinionSource>;

/** The scanners whose opinion a result is, in their order. */
export function opinionsIn({
  opinions,
  provenance: { scanner, scannerVersion: version },
}: Pick<ScanResult, "opinions" | "provenance">): readonly Pick<OpinionSource, "scanner" | "version">[] {
  return opinions === undefined ? [{ scanner, version }] : opinions.filter(({ failed }) => failed === undefined);
}

/** The same by name. */
export function scannersOf(scan: Pick<ScanResult, "opinions" | "provenance">): string[] {
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
  /** Of a reference or a layout: the entry of an index that is meant, if that is known already. */
  readonly digest?: string | undefined;
}

/** SBOM formats. The scanner uses the same names. */
export type SbomFormat = "cyclonedx" | "spdx-json";

/** True if a report's format is an SBOM format. The scanner writes those, with one target per file. */
export function isSbomFormat(format: string): format is SbomFormat {
  return format === "cyclonedx" || format === "spdx-json";
}

/** A finished scan, as one of several targets. */
export interface EndedScan {
  /** How many scans have finished, including this one. */
  readonly count: number;
  readonly of: number;
  readonly label: string;
  /** The number of findings before anything is judged, or an error's code if there was no scan. */
  readonly result: { readonly findings: number } | { readonly error: string };
  readonly milliseconds: number;
}

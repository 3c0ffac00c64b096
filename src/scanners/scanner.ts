import type { LocatedTarget, SbomFormat, ScanResult, Target } from "../domain/target.ts";
import type { World } from "../system/world.ts";

/** What a scanner has written of a target. It may be large: whoever is shown it must not keep it. */
export interface ScannerReport {
  /** Whether it lists packages, be they none; a report that says nothing at all counts as one that does. */
  readonly listsPackages: boolean;
  /** All that an SBOM is made of, as the scanner reads it; without what must not leave the job. */
  packages(target: Target): string;
}

/** How one target is to be scanned. */
export interface ScanOptions {
  /** Where the scanner's report is written, without what must not leave the job. Absolute. */
  readonly reportFile: string;
  /** Bytes that the scanner may use; absent: what is available. */
  readonly memory?: number | undefined;
  /** Where a reference is looked for, whatever the scanner was made for. */
  readonly imageSource?: readonly string[] | undefined;
  /**
   * The target is a reference that a stranger chose: it is asked for in its registry alone, without any login, and is never
   * taken for a file or for an image of this machine.
   */
  readonly anonymous?: boolean | undefined;
  /** Must not throw. */
  readonly onReport?: ((report: ScannerReport) => void) | undefined;
}

/** Scans that come one after the other, and may share what they know to be the same. */
export interface Lane {
  /** @throws GateError if the target cannot be scanned; `run-cancelled` */
  scan(target: Target, located: LocatedTarget, options: ScanOptions, world: World): Promise<ScanResult>;
  /**
   * Another lane, which begins with what this one knows. Only while nothing is scanned in this one.
   * @param folder absolute; need not exist
   */
  fork(folder: string): Lane;
}

/** A program that finds. Everything it returns is in the domain's words. */
export interface Scanner {
  readonly name: "Trivy";
  readonly version: string;
  /** When its database of vulnerabilities was made, in ISO 8601; absent: it needs none. */
  readonly databaseUpdatedAt?: string | undefined;
  /** @param folder for this lane alone, absolute; need not exist */
  lane(folder: string): Lane;
}

/** Makes SBOMs out of {@link ScannerReport.packages}. */
export interface SbomMaker {
  /** @throws GateError `sbom-not-made`, `run-cancelled` */
  make(sbom: SbomRequest, world: World): Promise<void>;
}

export interface SbomRequest {
  readonly format: SbomFormat;
  /** A file with {@link ScannerReport.packages}; absolute. */
  readonly packages: string;
  /** Absolute; written. */
  readonly output: string;
}

/** Understands reports that a scanner has written elsewhere. */
export interface ReportReader {
  /**
   * Judged in the place of a scan: somebody else's word, which must at least be one word.
   * @throws GateError `report-…`
   */
  given(bytes: Buffer, target: Target, options: GivenReportOptions): ScanResult;
  /**
   * What was found at another time, to compare with.
   * @throws GateError `report-…`
   */
  earlier(text: string, target: Target): ScanResult;
}

export interface GivenReportOptions {
  /** The advisories' explanations are wanted. */
  readonly descriptions?: boolean | undefined;
  /** Must not throw. */
  readonly onReport?: ((report: ScannerReport) => void) | undefined;
}

import type { LocatedTarget, SbomFormat, ScanResult, Target } from "../domain/target.ts";
import type { VersionAnswer, VersionQuestion } from "../domain/upgrade/proof/version-question.ts";
import type { AcquiredImage } from "../images/acquire/image.ts";
import type { World } from "../system/world.ts";

/** What a scanner wrote about a target. It may be large, so its receiver must not keep it. */
export interface ScannerReport {
  /** Whether it has a list of packages, even an empty one. A report without any result counts as having one. */
  readonly listsPackages: boolean;
  /** The input for an SBOM in the scanner's own format, without what must not leave the job. */
  packages(target: Target): string;
}

/** How to scan one target. */
export interface ScanOptions {
  /** Absolute path for the scanner's report, which is written without what must not leave the job. */
  readonly reportFile: string;
  /** Memory that the scanner may use, in bytes. Absent: all that is available. */
  readonly memory?: number | undefined;
  /** The target as verified bytes, if it is an image. Absent: only the scanner itself can get it. */
  readonly image?: AcquiredImage | undefined;
  /** How much of the target's time is gone already, in milliseconds. */
  readonly spentMs?: number | undefined;
  /** Where to look for a reference. Overrides the run's own setting. */
  readonly imageSource?: readonly string[] | undefined;
  /** The engine that has it, as discovery found it. Absent: the one that the source means. */
  readonly host?: string | undefined;
  /**
   * The target is a reference from an untrusted source. It is only requested from its registry, without any login, and is
   * never taken for a file or for an image of this machine.
   */
  readonly anonymous?: boolean | undefined;
  /** Must not throw. */
  readonly onReport?: ((report: ScannerReport) => void) | undefined;
  /**
   * Wants an SBOM of an image that is scanned by its digest in a registry, packed, for {@link Scanner.scanStored}. Called once,
   * after the scan, with the SBOM or with a clause why there is none. Must not throw.
   */
  readonly onSbom?: ((sbom: Buffer | { readonly why: string }) => void) | undefined;
}

/** An SBOM that an earlier run has stored. */
export interface StoredSbom {
  /** As {@link ScanOptions.onSbom} got it. */
  readonly packed: Buffer;
  /** The digest that it must be of: what was scanned when it was made. */
  readonly digest: string;
  /** Use it although another version of the scanner has made it, which may see less in an image. */
  readonly anyVersion?: boolean | undefined;
  /** Memory that the scanner may use, in bytes. Absent: all that is available. */
  readonly memory?: number | undefined;
}

/** Why a stored SBOM was not used: a clause. `isOlder`: it is right, but another version of the scanner has made it. */
export interface UnfitSbom {
  readonly unfit: string;
  readonly isOlder: boolean;
}

/** Runs scans one after the other, which may share data that are known to be the same. */
export interface Lane {
  /** @throws GateError if the target cannot be scanned; `run-cancelled` */
  scan(target: Target, located: LocatedTarget, options: ScanOptions, world: World): Promise<ScanResult>;
  /**
   * Creates another lane that starts with this lane's data. Only call it while this lane scans nothing.
   * @param folder absolute, need not exist
   */
  fork(folder: string): Lane;
}

/** A program that finds problems. Everything that it returns is in the domain's terms. */
export interface Scanner {
  readonly name: "Trivy" | "Harbor";
  /** Absent: it is that of whoever wrote each report. */
  readonly version?: string | undefined;
  /** When its vulnerability database was built (ISO 8601). Absent: it needs none. */
  readonly databaseUpdatedAt?: string | undefined;
  /** Absent: it looks for no vulnerabilities. */
  readonly checkVersions?:
    | ((questions: readonly VersionQuestion[], world: World) => Promise<readonly VersionAnswer[]>)
    | undefined;
  /**
   * Scans a stored SBOM, with the same result as the image itself. Absent if it looks for more than vulnerabilities, of which no
   * SBOM tells.
   * @throws GateError `run-cancelled`, `program-…`
   */
  readonly scanStored?:
    | ((target: Target, sbom: StoredSbom, world: World) => Promise<ScanResult | UnfitSbom>)
    | undefined;
  /**
   * The same for several, which takes less time. Undefined for one that must be scanned alone.
   * @throws GateError `run-cancelled`, `program-…`
   */
  readonly scanStoredTogether?:
    | ((
        items: readonly { readonly target: Target; readonly sbom: StoredSbom }[],
        world: World,
      ) => Promise<readonly (ScanResult | UnfitSbom | undefined)[]>)
    | undefined;
  /** @param folder used by this lane only; absolute, need not exist */
  lane(folder: string): Lane;
}

/** Makes SBOMs from {@link ScannerReport.packages}. */
export interface SbomMaker {
  /** @throws GateError `sbom-not-made`, `run-cancelled` */
  make(sbom: SbomRequest, world: World): Promise<void>;
}

export interface SbomRequest {
  readonly format: SbomFormat;
  /** Absolute path of a file with {@link ScannerReport.packages}. */
  readonly packages: string;
  /** Absolute path of the SBOM to write. */
  readonly output: string;
}

/** Reads reports that a scanner wrote elsewhere. */
export interface ReportReader {
  /**
   * Reads a report to judge instead of a scan. It is somebody else's claim, so it must at least be unambiguous.
   * @throws GateError `report-…`
   */
  given(bytes: Buffer, target: Target, options: GivenReportOptions): ScanResult;
  /**
   * Reads what was found at another time, for a comparison.
   * @throws GateError `report-…`
   */
  earlier(text: string, target: Target): ScanResult;
}

export interface GivenReportOptions {
  /** Whether to keep the advisories' explanations. */
  readonly descriptions?: boolean | undefined;
  /** Must not throw. */
  readonly onReport?: ((report: ScannerReport) => void) | undefined;
}

import type { JsonFault, StrictJson } from "../domain/json/parse-strict.ts";
import type { Answer, PackageList } from "../domain/packages/package-list.ts";
import type { LocatedTarget, SbomFormat, ScanResult, Target } from "../domain/target.ts";
import type { AcquiredImage } from "../images/acquire/acquired-image.ts";
import type { ProgramWish, ReleaseTable } from "../supply/publisher.ts";
import type { Background } from "../system/background.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import type { World } from "../system/world.ts";

/** A scanner's own report about a target. It may be large, so its receiver must not keep it. */
export interface ScannerReport {
  /** True if it has a list of packages, even an empty one. A report without any result counts as having one. */
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
  /** The part of the target's time that is already used, in milliseconds. */
  readonly spentMs?: number | undefined;
  /** The places to look for a reference. Overrides the run's own setting. */
  readonly imageSource?: readonly string[] | undefined;
  /** The engine that has it, as discovery found it. Absent: the image source's own engine. */
  readonly host?: string | undefined;
  /**
   * The target is a reference from an untrusted source. It is only requested from its registry, without any login, and
   * never treated as a file or a local image.
   */
  readonly anonymous?: boolean | undefined;
  /** Must not throw. */
  readonly onReport?: ((report: ScannerReport) => void) | undefined;
  /**
   * Requests an SBOM of an image that is scanned by its digest in a registry, packed, for {@link Scanner.scanStored}.
   * Called once, after the scan, with the SBOM or with a clause that says why there is none. Must not throw.
   */
  readonly onSbom?: ((sbom: Buffer | { readonly why: string }) => void) | undefined;
}

/** Options for looking packages up. */
export interface MatchOptions extends Pick<ScanOptions, "spentMs"> {
  /** Absolute path for the scanner's report, without what must not leave the job. Absent: it is not kept. */
  readonly reportFile?: string | undefined;
  /** Timeout in milliseconds, if it is less than the run's for a target. */
  readonly timeoutMs?: number | undefined;
}

/** An SBOM that an earlier run has stored. */
export interface StoredSbom {
  /** As {@link ScanOptions.onSbom} got it. */
  readonly packed: Buffer;
  /** The expected digest: the one that was scanned when the SBOM was made. */
  readonly digest: string;
  /** True to use it although another version of the scanner has made it, which may have seen less in an image. */
  readonly anyVersion?: boolean | undefined;
  /** Memory that the scanner may use, in bytes. Absent: all that is available. */
  readonly memory?: number | undefined;
}

/** An image, and the SBOM that an earlier run has stored of it. */
export interface StoredImage {
  readonly target: Target;
  readonly sbom: StoredSbom;
}

/**
 * The reason why a stored SBOM was not used: a clause. `isOlder`: it is right, but from another version of the scanner.
 */
export interface IncompatibleSbom {
  readonly incompatible: string;
  readonly isOlder: boolean;
}

/** Runs scans one after the other, which may share equal data. */
export interface ScanSession {
  /** @throws GateError if the target cannot be scanned; `run-cancelled` */
  scan(target: Target, located: LocatedTarget, options: ScanOptions, world: World): Promise<ScanResult>;
}

/** A program that finds problems. Everything that it returns is in the domain's terms. */
export interface Scanner {
  readonly name: string;
  /** Absent: each report names its own version. */
  readonly version?: string | undefined;
  /** When its vulnerability database was built (ISO 8601). Absent: it needs none. */
  readonly databaseUpdatedAt?: string | undefined;
  /**
   * Looks packages up in its database, whether they are installed or not. Absent: it looks for no vulnerabilities.
   * @returns an answer for each list
   * @throws GateError of this scanner; `versions-not-checked`, `run-cancelled`
   */
  readonly match?:
    | ((lists: readonly PackageList[], options: MatchOptions, world: World) => Promise<readonly Answer[]>)
    | undefined;
  /**
   * It reads images itself, and neither makes SBOMs nor lists packages for others, whatever the kinds of findings.
   */
  readonly readsImagesItself?: true | undefined;
  /**
   * Looks up the packages of stored SBOMs, with the same results as the images themselves. Absent if the run looks for
   * more than vulnerabilities, which an SBOM cannot show.
   * @returns the result for each, or why it is not used
   * @throws GateError `run-cancelled`
   */
  readonly scanStored?:
    | ((items: readonly StoredImage[], world: World) => Promise<readonly (ScanResult | IncompatibleSbom)[]>)
    | undefined;
  /** @param folder used by this scan session only; absolute, need not exist */
  session(folder: string): ScanSession;
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

/** The program of a scanner that is to be installed. */
export type ScannerWish = ProgramWish;

/** The settings for all scans of a run. */
export interface ScannerSettings {
  /** Timeout for each target, in milliseconds. */
  readonly timeout: number;
  /** Maximum age of a database, in milliseconds. Older ones are not used. */
  readonly maxDbAge: number;
  /** Repositories of the databases, in the order in which they are tried. */
  readonly dbRepository: readonly string[];
  readonly javaDbRepository: readonly string[];
  /** The store of databases between runs, in addition to the tool cache. */
  readonly cache: SharedCache | undefined;
  readonly offline: boolean;
  /** The kinds of findings to look for: `vuln`, `secret`, … */
  readonly scanners: readonly string[];
  /** The folders and files to leave out of a scan. */
  readonly skipDirs: readonly string[];
  readonly skipFiles: readonly string[];
  /** True to keep the advisories' explanations. */
  readonly descriptions?: boolean | undefined;
  /** True if {@link Scanner.match} may be called after the first scan, so that the scanner can prepare for it. */
  readonly isMatchLikely?: boolean | undefined;
}

/** A database of a scanner on this machine. */
export interface StoredDatabase {
  /** `vulnerability database`. */
  readonly name: string;
  /** `due`: usable, but a newer one is out. */
  readonly state: "current" | "due" | "missing" | "unusable";
  /** The reason why it is unusable: a clause. */
  readonly why?: string | undefined;
  readonly builtAt?: Date | undefined;
  readonly nextUpdate?: Date | undefined;
}

/** A verified program that no other process can change. */
export interface InstalledScanner {
  readonly version: string;
  readonly sboms: SbomMaker;
  /**
   * Fetches the data that scans need.
   * @param work for data that a failing scan does not wait for
   * @throws GateError `database-…`, `run-cancelled`
   */
  ready(settings: ScannerSettings, work: Background, world: World): Promise<Scanner>;
  /**
   * Downloads the databases that are missing or due. Absent: it has none.
   * @param which `java`: also the one for jars
   * @throws GateError `database-…`, `run-cancelled`
   */
  update?(settings: ScannerSettings, which: { readonly java: boolean }, world: World): Promise<void>;
}

/** The user's wishes for the program, unchecked. */
export type EarlyWish = { readonly [Key in "version" | "sha256" | "binary"]: string | undefined };

/** Facts about the machine that are known before anything is loaded. */
export type EarlyWorld = Pick<World, "env" | "platform" | "arch" | "toolCache" | "workspace" | "runFolder">;

/** A scanner that can be installed, before any of its code is loaded. */
export interface ScannerEntry {
  readonly name: string;
  /** The scanner as a package URL without a version. */
  readonly purl: string;
  /**
   * Begins the work of {@link install} while the rest of the code is loaded. It decides nothing: if the run takes
   * another program, or none, the work was in vain.
   */
  begin?(wish: EarlyWish, world: EarlyWorld): void;
  /** @throws GateError of this scanner; `runner-unsupported`, `run-cancelled`, `program-…` */
  install(wish: ScannerWish, world: World): Promise<InstalledScanner>;
  /** Its databases in the store, without any download. Absent: it has none. */
  databases?(store: string, now: Date, maxAgeMs: number): Promise<readonly StoredDatabase[]>;
  /** Its releases that are known by their hashes. */
  releases?(): Promise<ReleaseTable>;
}

/** A given file that may be a report: its JSON, or the reason why it cannot be read. */
export type GivenDocument =
  | (StrictJson & { readonly fault?: undefined })
  | { readonly fault: JsonFault; readonly value?: undefined };

/** Reads reports that a scanner wrote elsewhere. */
export interface ReportReader {
  /** The scanner's name, for messages. */
  readonly name: string;
  /** How to make one, for the list of known reports: `Grype's JSON (\`grype -o json\`)`. */
  readonly madeBy: string;
  /** True if parsed JSON is such a report, by keys that only it has besides its rows. */
  owns(document: unknown): boolean;
  /**
   * The digests of the image that the document names itself: the manifest's, or an index's. Empty: it names none. Never
   * throws.
   */
  digests?(document: unknown): readonly string[];
  /**
   * The name of the target, from the report's first bytes: an untrusted claim, only shown. Absent, or undefined: they
   * do not contain it.
   */
  subjectIn?(start: string): string | undefined;
  /**
   * Reads a report to judge instead of a scan. Its author is unknown, so it must at least be unambiguous.
   * @throws GateError `report-…`
   */
  given(document: GivenDocument, target: Target, options: GivenReportOptions): ScanResult;
  /**
   * Reads the findings of another time, for a comparison. Absent: its reports cannot be compared with, since scanners
   * name and place packages in their own ways.
   * @throws GateError `report-…`; `report-schema-unknown` for another version than this reader's
   */
  earlier?(document: unknown, target: Target): ScanResult;
}

/**
 * Loads the readers of given reports. The first one says what is wrong with a document that no reader owns.
 * @param isOwn only the first one, which reads `trivy-report`
 */
export type ReadersOfReports = (isOwn?: boolean) => Promise<readonly [ReportReader, ...ReportReader[]]>;

export interface GivenReportOptions {
  /** True to keep the advisories' explanations. */
  readonly descriptions?: boolean | undefined;
  /** Must not throw. */
  readonly onReport?: ((report: ScannerReport) => void) | undefined;
}

import type { ScanOutcome } from "../domain/judge/judge.ts";
import type { Match } from "../domain/packages/package-list.ts";
import type { ScanResult, Target } from "../domain/target.ts";

/** The outcomes of the targets, and facts about the scans for the outputs. */
export interface Scans {
  /** One for each target, in their order. */
  readonly outcomes: readonly ScanOutcome[];
  /** By the scanners' names. */
  readonly scannerVersions?: ReadonlyMap<string, string> | undefined;
  /** ISO 8601. */
  readonly databaseUpdatedAt?: string | undefined;
  /** Paths of the scanner's own reports, one for each scanned target, without what must not leave the job. */
  readonly reportFiles: readonly string[];
  /** The same by target. A target that ended in an error, or was given as a report, has none. */
  readonly reportFileOf: ReadonlyMap<Target, string>;
  /** Absent if nothing was scanned. It leaves no report behind. */
  readonly rescan?: Rescan | undefined;
  /** Looks up versions for the fix plan. Absent if there is no scanner, or if it looks for no vulnerabilities. */
  readonly match?: Match | undefined;
  /** The findings of the run's scanners for packages that are known without a scan. Absent: they cannot be asked. */
  readonly lookUp?: ((target: Target, listed: ScanResult) => Promise<ScanResult>) | undefined;
}

/** Thousands of findings take a second, and advice is not worth a longer wait. In milliseconds. */
export const ADVICE_MS = 20_000;

export const NO_SCANS: Scans = { outcomes: [], reportFiles: [], reportFileOf: new Map() };

/** How to scan another image. */
export interface RescanOptions {
  /** Use no login, and only the image's registry. */
  readonly anonymous?: boolean;
  /** The places to look for the image, instead of the input's. */
  readonly imageSource?: readonly string[];
}

/**
 * Scans another image in the same run, with the same scanner and database, one after the other. It uses nothing from a
 * target.
 */
export type Rescan = (target: Target, options?: RescanOptions) => Promise<ScanResult>;

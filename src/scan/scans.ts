import type { ScanOutcome } from "../domain/judge.ts";
import type { ScanResult, Target } from "../domain/target.ts";

/** What became of the targets, and what the outputs tell of it. */
export interface Scans {
  /** One for each target, in their order. */
  readonly outcomes: readonly ScanOutcome[];
  readonly scannerVersion?: string | undefined;
  /** ISO 8601. */
  readonly databaseUpdatedAt?: string | undefined;
  /** The scanner's own report of each scanned target, without what must not leave the job. */
  readonly reportFiles: readonly string[];
  /** The same by target: one that ended in error, or was given as a report, has none. */
  readonly reportFileOf: ReadonlyMap<Target, string>;
  /** Absent where nothing was scanned. It leaves no report behind. */
  readonly rescan?: Rescan | undefined;
}

export const NO_SCANS: Scans = { outcomes: [], reportFiles: [], reportFileOf: new Map() };

/** How another image is to be scanned. */
export interface RescanOptions {
  /** Without any login, in the image's registry alone. */
  readonly anonymous?: boolean;
  /** Looked for there, whatever the input says. */
  readonly imageSource?: readonly string[];
}

/**
 * Scans another image with the same scanner and the same database, within the run, one after the other. Nothing that a target
 * has brought is used for it.
 */
export type Rescan = (target: Target, options?: RescanOptions) => Promise<ScanResult>;

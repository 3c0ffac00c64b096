import type { ScanOutcome } from "../domain/judge.ts";
import type { Target } from "../domain/target.ts";
import type { Rescan } from "./rescan.ts";

/** What became of the targets, and what the outputs tell of it. */
export interface Scans {
  /** One for each target, in their order. */
  readonly outcomes: readonly ScanOutcome[];
  readonly trivyVersion?: string | undefined;
  /** ISO 8601. */
  readonly databaseUpdatedAt?: string | undefined;
  /** Trivy's JSON of each scanned target, without what must not leave the job. */
  readonly trivyReportFiles: readonly string[];
  /** The same by target: one that ended in error, or was given as a report, has none. */
  readonly trivyReports: ReadonlyMap<Target, string>;
  /** Absent where nothing was scanned. It leaves no report behind. */
  readonly rescan?: Rescan | undefined;
}

export const NO_SCANS: Scans = { outcomes: [], trivyReportFiles: [], trivyReports: new Map() };

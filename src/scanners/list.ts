import { grype } from "./grype/index.ts";
import type { ReportReader, ScannerEntry } from "./scanner.ts";
import { trivy } from "./trivy/index.ts";

/** The scanners that can be installed; the first one scans if a run names none. A new one is a line here. */
const SCANNERS: readonly [ScannerEntry, ...ScannerEntry[]] = [trivy, grype];

/** The scanner of a run that names none. */
export const [SCANNER] = SCANNERS;

/** The scanner that a run names: its name in lower case. Undefined: the name is not known. */
export function scannerNamed(name: string): ScannerEntry | undefined {
  return SCANNERS.find((each) => each.name.toLowerCase() === name);
}

/** Their names as a run names them. */
export const SCANNER_NAMES: readonly string[] = SCANNERS.map(({ name }) => name.toLowerCase());

/** Loads the reader of `trivy-report`, without the schemas of all others. */
export async function ownReader(): Promise<ReportReader> {
  return (await import("./trivy/report/given.ts")).trivyReports;
}

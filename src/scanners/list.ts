import type { ScannerEntry } from "./scanner.ts";
import { trivy } from "./trivy/index.ts";

/** The scanners that can be installed; the first one scans. A new one is a line here. */
const SCANNERS: readonly [ScannerEntry, ...ScannerEntry[]] = [trivy];

/** The scanner of a run. */
export const [SCANNER] = SCANNERS;

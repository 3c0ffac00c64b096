import type { ScanResult, Target } from "./domain/target.ts";

/**
 * Scans another image with the same Trivy and the same database, within the run.
 * `anonymous`: without any login, in the image's registry alone. `imageSource`: looked for there, whatever the input says.
 */
export type Rescan = (
  target: Target,
  options?: { anonymous?: boolean; imageSource?: readonly string[] },
) => Promise<ScanResult>;

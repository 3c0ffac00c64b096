import type { ScanResult, Target } from "../domain/target.ts";

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

import type { ScanResult, Target } from "./domain/target.ts";

export interface RescanOptions {
  /** Without any login, in the image's registry alone. */
  readonly anonymous?: boolean;
  /** Looked for there, whatever the input says. */
  readonly imageSource?: readonly string[];
  /** The target of this run whose layers it most likely shares. */
  readonly beside?: Target;
}

/** Scans another image with the same Trivy and the same database, within the run, one after the other. */
export type Rescan = (target: Target, options?: RescanOptions) => Promise<ScanResult>;

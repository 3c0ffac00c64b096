import type { ScanResult, Target } from "./domain/target.ts";

/**
 * Scans one more thing in the same run, with the same Trivy and the same database, for what both say to be comparable. It
 * leaves no report behind.
 * @param options.anonymous without the runner's logins
 * @throws GateError as a target's scan does
 */
export type Rescan = (target: Target, options?: { readonly anonymous?: boolean }) => Promise<ScanResult>;

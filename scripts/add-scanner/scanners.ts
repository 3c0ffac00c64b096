import { grype } from "./grype.ts";
import type { ScannerReleases } from "./releases.ts";
import { trivy } from "./trivy.ts";

const SCANNERS: Readonly<Record<string, ScannerReleases>> = { trivy, grype };

/** Their names as the command takes them. */
export const SCANNER_NAMES: readonly string[] = Object.keys(SCANNERS);

/** Undefined: there is none of that name. */
export function scannerNamed(name: string): ScannerReleases | undefined {
  return Object.hasOwn(SCANNERS, name) ? SCANNERS[name] : undefined;
}

import { opinionsIn, type ScanResult } from "../target.ts";

/** `Grype 0.100.0 and Clair`. Names and versions are untrusted. */
export function scannersLine(scan: Pick<ScanResult, "opinions" | "provenance">): string {
  return namesOf(opinionsIn(scan).map(({ scanner, version = "" }) => `${scanner} ${version}`.trim()));
}

/** `Grype and Clair`, or with `or`. */
export function namesOf(names: readonly string[], word: "and" | "or" = "and"): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}

/**
 * True if a name in the policy means this scanner, which may have several reports: `Grype (reports/old.json)`. The
 * tool's name in a CycloneDX file is only a claim, so no policy can refer to it.
 */
export function isScannerNamed(scanner: string, name: string): boolean {
  const [lower, wanted] = [scanner.toLowerCase(), name.toLowerCase()];
  return lower === wanted || (lower.startsWith(`${wanted} (`) && !lower.includes(CLAIMED));
}

/** The suffix of a tool's name that a file claims. */
const CLAIMED = "(cyclonedx)";

/** Formats of an SBOM, as the scanner calls them too. */
export type SbomFormat = "cyclonedx" | "spdx-json";

/** Whether a report's format is one of an SBOM, which the scanner makes, and which describes one target a file. */
export function isSbomFormat(format: string): format is SbomFormat {
  return format === "cyclonedx" || format === "spdx-json";
}

import { isSbomFormat } from "../domain/target.ts";

/** Formats that `reports` accepts, in the order of the documentation. */
export const REPORT_FORMATS = [
  "sarif",
  "cyclonedx",
  "spdx-json",
  "gitlab",
  "gitlab-code-quality",
  "gitlab-sbom",
  "gitlab-annotations",
  "junit",
  "html",
  "markdown",
  "csv",
  "verdict",
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** True if a file of this format is about one target. */
export function isAboutOne(format: ReportFormat): boolean {
  return listsPackages(format) || format === "verdict";
}

/** True if a file of this format lists the packages of its target, which must have been scanned. */
export function listsPackages(format: ReportFormat): boolean {
  return isSbomFormat(format) || format === "gitlab-sbom";
}

/** Formats that show the advisories' own explanations. */
const EXPLAINING: ReadonlySet<string> = new Set<ReportFormat>(["sarif", "gitlab", "html"]);

/**
 * True if any report shows the advisories' explanations. `reports` and `defaults` hold lines of `format: path`.
 * @param defaults the platform's own reports
 */
export function showDescriptions(
  { reports, uploadSarif }: { readonly reports: readonly string[]; readonly uploadSarif: boolean },
  defaults: readonly string[] = [],
): boolean {
  return uploadSarif || [...reports, ...defaults].some((line) => EXPLAINING.has(line.split(":")[0]?.trim() ?? ""));
}

import { isSbomFormat } from "../domain/target.ts";

/** Formats that `reports` accepts, in the order of the documentation. */
export const REPORT_FORMATS = [
  "sarif",
  "cyclonedx",
  "spdx-json",
  "gitlab",
  "junit",
  "html",
  "markdown",
  "csv",
  "verdict",
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Whether a file of this format is about one target. */
export function isAboutOne(format: ReportFormat): boolean {
  return isSbomFormat(format) || format === "verdict";
}

/** Formats that show the advisories' own explanations. */
const EXPLAINING: ReadonlySet<string> = new Set<ReportFormat>(["sarif", "gitlab", "html"]);

/** Whether any requested report shows the advisories' explanations. `reports` holds its lines of `format: path`. */
export function showDescriptions(inputs: {
  readonly reports: readonly string[];
  readonly uploadSarif: boolean;
}): boolean {
  return inputs.uploadSarif || inputs.reports.some((line) => EXPLAINING.has(line.split(":")[0]?.trim() ?? ""));
}

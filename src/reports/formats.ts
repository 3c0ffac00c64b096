/** What `reports` can ask for, in the order of the documentation. */
export const REPORT_FORMATS = [
  "sarif",
  "cyclonedx",
  "spdx-json",
  "gitlab",
  "junit",
  "html",
  "markdown",
  "csv",
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Formats that describe one target a file. */
export const ONE_TARGET_EACH: ReadonlySet<ReportFormat> = new Set(["cyclonedx", "spdx-json"]);

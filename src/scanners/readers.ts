import { amazonReports } from "./amazon/report.ts";
import { quayReports } from "./clair/quay.ts";
import { clairReports } from "./clair/report.ts";
import { cycloneDxReports } from "./cyclonedx/report.ts";
import { googleReports } from "./google/report.ts";
import { grypeReports } from "./grype/report/report.ts";
import { harborReports } from "./harbor/report.ts";
import type { ReportReader } from "./scanner.ts";
import { trivyReports } from "./trivy/report/given.ts";

/**
 * The readers of reports that were made elsewhere. The first one says what is wrong with a document that no reader
 * owns. A new reader is a line here.
 */
export const REPORT_READERS: readonly [ReportReader, ...ReportReader[]] = [
  trivyReports,
  grypeReports,
  clairReports,
  quayReports,
  harborReports,
  amazonReports,
  googleReports,
  cycloneDxReports,
];

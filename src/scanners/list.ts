import { amazonReports } from "./amazon/report.ts";
import { quayReports } from "./clair/quay.ts";
import { clairReports } from "./clair/report.ts";
import { cycloneDxReports } from "./cyclonedx/report.ts";
import { googleReports } from "./google/report.ts";
import { grypeReports } from "./grype/report/report.ts";
import { harborReports } from "./harbor/given.ts";
import type { ReportReader, ScannerEntry } from "./scanner.ts";
import { trivy } from "./trivy/index.ts";
import { trivyReports } from "./trivy/report/report.ts";

/** The scanners that can be installed; the first one scans. A new one is a line here. */
const SCANNERS: readonly [ScannerEntry, ...ScannerEntry[]] = [trivy];

/**
 * Who reads reports that were made elsewhere. A document of none is the first one's, who says what is wrong with it. A
 * new one is a line here.
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

/** The scanner of a run. */
export const [SCANNER] = SCANNERS;

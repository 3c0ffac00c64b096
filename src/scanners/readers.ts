import { grypeReports } from "./grype/report/report.ts";
import type { ReportReader } from "./scanner.ts";
import { trivyReports } from "./trivy/report/report.ts";

/**
 * Who reads reports that were made elsewhere. The first one says what is wrong with a document that no reader owns. A
 * new one is a line here.
 */
export const REPORT_READERS: readonly [ReportReader, ...ReportReader[]] = [trivyReports, grypeReports];

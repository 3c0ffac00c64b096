import type { TargetInputs } from "../../scan/targets.ts";
import type { ReadersOfReports, ReportReader } from "../../scanners/scanner.ts";

/** Loads who reads given reports. Few runs have one, and to make the schemas of all readers takes 20 ms of CPU. */
export const reportReaders: ReadersOfReports = async () => (await import("../../scanners/readers.ts")).REPORT_READERS;

/** Readers that find the names in given reports. Empty: no report was given. */
export async function readersOfNamed({
  trivyReport,
  scanReport = [],
}: Pick<TargetInputs, "trivyReport" | "scanReport">): Promise<readonly ReportReader[]> {
  return trivyReport.length + scanReport.length === 0 ? [] : reportReaders();
}

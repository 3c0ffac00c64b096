import { readReport } from "../domain/report/read.ts";
import type { Report } from "../domain/report/schema.ts";
import { MOST_REPORT_BYTES } from "../forge/baseline.ts";
import type { KeptReport } from "../forge/forge.ts";
import { fileInZip, ZipFault } from "../supply/zip.ts";
import { REPORT_FILE } from "./artifact-name.ts";

export { baselineInReport } from "./stored-report.ts";

/** Reads the report that an earlier run has kept, if it has all data for a comparison. */
export function readKeptReport({
  report: file,
}: KeptReport): Report | { readonly unusable: string; readonly isOther?: true | undefined } {
  try {
    const wanted = { name: REPORT_FILE, maxBytes: MOST_REPORT_BYTES, isOnly: true };
    const isZip = file.toString("latin1", 0, 2) === "PK";
    const report = readReport(JSON.parse((isZip ? fileInZip(file, wanted) : file).toString("utf8")));
    if ("wrong" in report) return { unusable: report.wrong, isOther: report.isOther };
    const isWhole = report.targets.every(({ verdict, packages }) => verdict !== "error" && packages !== undefined);
    return isWhole ? report : { unusable: "lacks data that a comparison needs" };
  } catch (error) {
    return {
      unusable: error instanceof ZipFault ? error.message : "is not a report that this Image Gate reads",
    };
  }
}

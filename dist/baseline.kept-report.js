import { readReport } from "./shared.evidence.js";
import { MOST_REPORT_BYTES } from "./forge.baseline.js";
import { ZipFault, fileInZip } from "./shared.scanner.js";
import { REPORT_FILE } from "./baseline.artifact-name.js";
import { baselineInReport } from "./baseline.stored-report.js";

// src/baseline/kept-report.ts
function readKeptReport({ report: file }) {
	try {
		const wanted = {
			name: REPORT_FILE,
			maxBytes: MOST_REPORT_BYTES,
			isOnly: true
		};
		const isZip = file.toString("latin1", 0, 2) === "PK";
		const report = readReport(JSON.parse((isZip ? fileInZip(file, wanted) : file).toString("utf8")));
		if ("wrong" in report) return {
			unusable: report.wrong,
			isOther: report.isOther
		};
		return report.targets.every(({ verdict, packages }) => verdict !== "error" && packages !== void 0) ? report : { unusable: "lacks data that a comparison needs" };
	} catch (error) {
		return { unusable: error instanceof ZipFault ? error.message : "is not a report that this Image Gate reads" };
	}
}

export { baselineInReport, readKeptReport };
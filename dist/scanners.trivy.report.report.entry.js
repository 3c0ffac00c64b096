import { reportOf, toScanResult, trivyReports, warmUpReading } from "./scanners.trivy.report.report.js";

export { warmUpReading };
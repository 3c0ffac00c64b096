import { reportOf, toScanResult, warmUpReading } from "./scanners.trivy.report.report.js";

export { warmUpReading };
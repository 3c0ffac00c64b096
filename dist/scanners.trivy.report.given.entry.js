import { trivyReports } from "./scanners.trivy.report.given.js";

export { trivyReports };
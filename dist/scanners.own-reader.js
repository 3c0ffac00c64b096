import { trivyReports } from "./scanners.trivy.report.given.js";

export { trivyReports as OWN_READER };
import { REPORT_FILE, artifactName, wholeReportName } from "./baseline.artifact-name.js";

export { artifactName, wholeReportName };
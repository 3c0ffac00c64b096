import { MOST_BYTES, REPORT_FILE, artifactName, wholeReportName } from "./baseline.artifact-name.js";

export { artifactName, wholeReportName };
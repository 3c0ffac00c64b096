import { n as artifactName, r as wholeReportName, t as REPORT_FILE } from "./artifact-name.js";

export { artifactName, wholeReportName };
import { givenDocument, readGivenReport } from "./scan.scan-report.js";

export { readGivenReport };
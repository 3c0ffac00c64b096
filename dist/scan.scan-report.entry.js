import { givenDocument, readGivenReport } from "./scan.scan-report.js";

export { givenDocument, readGivenReport };
import { evidenceNotes, grypeReports, oldestNote, readDocument } from "./scanners.grype.report.report.js";

export {  };
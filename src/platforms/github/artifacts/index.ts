/** Artifacts: what runs keep, and what earlier runs have kept. */
export { keepFiles } from "./keep-files.ts";
export { keepReport } from "./keep-report.ts";
export { keptReports } from "./kept-reports.ts";

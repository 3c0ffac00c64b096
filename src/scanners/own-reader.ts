/** The reader of `trivy-report`, without the schemas of all others. */
export { trivyReports as OWN_READER } from "./trivy/report/given.ts";

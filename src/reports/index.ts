/** Files for other tools, as the input `reports` asks for them. */
export { reportFacts } from "./facts.ts";
export { planAnyway, planReports } from "./planned-reports.ts";
export { linksTo, writeReports } from "./write.ts";

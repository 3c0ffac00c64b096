/** Files for other tools, as the input `reports` asks for them. */
export { reportFacts } from "./facts.ts";
export { planAnyway } from "./plan-anyway.ts";
export { planReports } from "./planned-reports.ts";
export { writeReports } from "./write.ts";

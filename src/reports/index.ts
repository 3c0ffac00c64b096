/** Files for other tools, as the input `reports` asks for them. */
export { linesWanted, planWithDefaults } from "./default-reports.ts";
export { reportFacts } from "./facts.ts";
export { planAnyway } from "./planned-reports.ts";
export { linksTo, writeReports } from "./write.ts";

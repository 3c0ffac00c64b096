/** Files for other tools, as the input `reports` asks for them. */
export { reportFacts } from "./facts.ts";
export { planReports } from "./plan.ts";
export { planAnyway } from "./plan-anyway.ts";
export { writeReports } from "./write.ts";

// What a run needs that was asked for reports for other tools: one chunk of the bundle.
export { reportFacts } from "../reports/facts.ts";
export { planReports } from "../reports/plan.ts";
export { planAnyway } from "../reports/plan-anyway.ts";
export { writeReports } from "../reports/write.ts";

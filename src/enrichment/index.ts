/** Reasons why a finding counts more or less than its severity: KEV, EPSS and VEX documents. */
export { prepareExploitData } from "./exploits/prepare.ts";
export { readingAt } from "./vex/document.ts";
export { createVexMatcher } from "./vex/matcher.ts";
export { readVexDocuments } from "./vex/read.ts";

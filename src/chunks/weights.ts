// What a run needs whose policy or inputs name KEV, EPSS or VEX documents: one chunk of the bundle.
export { prepareExploitData } from "../enrichment/exploits/prepare.ts";
export { createVexMatcher } from "../enrichment/vex/matcher.ts";
export { readVexDocuments } from "../enrichment/vex/read.ts";
export { databaseStore } from "../system/store/store.ts";

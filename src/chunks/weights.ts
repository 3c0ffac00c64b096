// What a run needs whose policy or inputs name KEV, EPSS or VEX documents: one chunk of the bundle.
export { prepareExploitData } from "../exploit-data/prepare.ts";
export { databaseStore } from "../system/store/store.ts";
export { createVexMatcher } from "../vex/matcher.ts";
export { readVexDocuments } from "../vex/read.ts";

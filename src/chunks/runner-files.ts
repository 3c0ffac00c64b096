// What a run needs that has a runner: the files by which a step hands over its summary and outputs.
export { setOutput, summary } from "@actions/core";
export { fitSummary } from "../render/documents/summary.ts";

// What a run needs that has something to compare with, or keeps its report for others: one chunk of the bundle.
export { artifactName } from "../baseline/artifact-name.ts";
export { automaticBaseline } from "../baseline/automatic.ts";
export { changesOf, compareTargets } from "../baseline/compare-targets.ts";
export { keepBaseline } from "../platforms/github/artifacts/keep-report.ts";

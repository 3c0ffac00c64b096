/** The earlier state in the default branch or a file, and how a scan differs from it. */
export { artifactName } from "./artifact-name.ts";
export { automaticBaseline } from "./automatic.ts";
export { changesOf, compareTargets } from "./compare-targets.ts";

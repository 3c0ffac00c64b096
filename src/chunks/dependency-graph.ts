// What a run needs that sends its packages to the dependency graph: one chunk of the bundle.
export { submitPackages } from "../reports/submit-packages.ts";

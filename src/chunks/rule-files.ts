// What a run needs whose inputs name files that are as good as a policy: one chunk of the bundle.
export { loadRuleFiles, withRuleFiles } from "../steps/rule-files.ts";

import { loadRuleFiles } from "./steps.rule-files.js";

export { loadRuleFiles };
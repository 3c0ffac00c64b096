import { t as loadRuleFiles } from "./rule-files.js";

export { loadRuleFiles };
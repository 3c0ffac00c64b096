import { commitOfBranch, defaultBranch, ruleReader, rulesAtBase } from "./platforms.github.base-policy.js";

export { ruleReader };
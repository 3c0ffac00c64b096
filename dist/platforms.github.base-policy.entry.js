import { commitOfBranch, defaultBranch, readerAtBase, ruleReader } from "./platforms.github.base-policy.js";

export { ruleReader };
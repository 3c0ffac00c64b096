import { i as ruleReader, n as defaultBranch, r as readerAtBase, t as commitOfBranch } from "./base-policy.js";

export { ruleReader };
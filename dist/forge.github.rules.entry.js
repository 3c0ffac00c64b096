import { commitOfBranch, defaultBranch, rulesAtBase } from "./forge.github.rules.js";

export { commitOfBranch, defaultBranch, rulesAtBase };
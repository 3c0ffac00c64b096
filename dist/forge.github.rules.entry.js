import { commitOfBranch, defaultBranch, reading, rulesAtBase } from "./forge.github.rules.js";

export { commitOfBranch, defaultBranch, reading, rulesAtBase };
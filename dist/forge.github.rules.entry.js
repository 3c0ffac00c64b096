import { commitOfBranch, defaultBranch, reading, rulesAtBase } from "./forge.github.rules.js";

export { rulesAtBase };
import { defaults, getOctokit } from "./package.@actions.github.lib.github.js";

export { defaults, getOctokit };
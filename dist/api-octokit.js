import { n as defaults, t as getOctokit } from "./github.js";

export { defaults, getOctokit };
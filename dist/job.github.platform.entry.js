import { githubPlatform } from "./shared.inputs.js";

export { githubPlatform };
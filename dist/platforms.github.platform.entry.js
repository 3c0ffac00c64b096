import { decideComment, githubPlatform } from "./shared.inputs.js";

export { githubPlatform };
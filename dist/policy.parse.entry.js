import { PolicyError, decodePolicy, parsePolicy, parsePolicyFile } from "./policy.parse.js";

export { parsePolicyFile };
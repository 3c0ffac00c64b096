import { decodePolicy, parsePolicy, parsePolicyFile } from "./policy.parse.js";

export { parsePolicyFile };
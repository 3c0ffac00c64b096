import { DEFAULT_POLICY, MAX_POLICY_BYTES, readWorkspacePolicy } from "./policy.read.js";

export { DEFAULT_POLICY };
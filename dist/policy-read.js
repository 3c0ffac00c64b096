import { n as MAX_POLICY_BYTES, r as readWorkspacePolicy, t as DEFAULT_POLICY } from "./read.js";

export { DEFAULT_POLICY };
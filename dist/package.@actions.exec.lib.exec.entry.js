import { exec, getExecOutput } from "./package.toolkit.js";

export { getExecOutput };
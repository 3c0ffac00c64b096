import { judgeScans } from "./shared.judging.js";

export { judgeScans };
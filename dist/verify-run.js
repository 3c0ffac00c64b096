import { t as verify } from "./run.js";
import { n as OUTPUT_NAMES } from "./answer.js";

export { OUTPUT_NAMES, verify };
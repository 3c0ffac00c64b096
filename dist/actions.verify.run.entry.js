import { OUTPUT_NAMES } from "./actions.verify.answer.js";
import { run, verify } from "./actions.verify.run.js";

export { OUTPUT_NAMES, run, verify };
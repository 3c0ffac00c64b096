import { OUTPUT_NAMES } from "./actions.verify.inputs.js";
import { run, verify } from "./actions.verify.run.js";

export { OUTPUT_NAMES, run, verify };
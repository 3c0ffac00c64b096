import { OUTPUT_NAMES } from "./actions.sign.outputs.js";
import { sign } from "./actions.sign.run.js";

export { OUTPUT_NAMES, sign };
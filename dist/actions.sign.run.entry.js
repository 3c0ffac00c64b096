import { OUTPUT_NAMES, run, sign } from "./actions.sign.run.js";

export { OUTPUT_NAMES, run, sign };
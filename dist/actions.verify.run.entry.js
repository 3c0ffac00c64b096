import { verify } from "./actions.verify.run.js";
import { OUTPUT_NAMES } from "./actions.verify.answer.js";

export { OUTPUT_NAMES, verify };
import { OUTPUT_NAMES } from "./actions.verify.answer.js";
import { verify } from "./actions.verify.run.js";

export { OUTPUT_NAMES, verify };
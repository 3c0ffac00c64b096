import { OUTPUT_NAMES, gate } from "./shared.answer.js";

export { OUTPUT_NAMES, gate };
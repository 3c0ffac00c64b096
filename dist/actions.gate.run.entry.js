import { OUTPUT_NAMES, gate } from "./shared.inputs.js";

export { OUTPUT_NAMES, gate, gate as run };
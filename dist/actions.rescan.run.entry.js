import { OUTPUT_NAMES } from "./actions.rescan.outputs.js";
import { rescan } from "./actions.rescan.run.js";

export { OUTPUT_NAMES, rescan, rescan as run };
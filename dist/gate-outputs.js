import { n as outputsOf, t as OUTPUT_NAMES } from "./outputs.js";

export { OUTPUT_NAMES };
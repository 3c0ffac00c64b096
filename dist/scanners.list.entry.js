import { SCANNER, SCANNER_NAMES, scannerNamed } from "./shared.answer.js";

export { SCANNER };
import { SCANNER, scannerNamed } from "./scanners.list.js";

export { SCANNER };
import { sbomsBy, trivyScanner } from "./shared.scanner.js";

export { sbomsBy, trivyScanner };
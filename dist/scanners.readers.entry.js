import { REPORT_READERS } from "./scanners.readers.js";

export { REPORT_READERS };
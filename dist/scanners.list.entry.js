import { REPORT_READERS, SCANNER } from "./scanners.list.js";

export { REPORT_READERS, SCANNER };
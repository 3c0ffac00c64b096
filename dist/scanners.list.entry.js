import { SCANNER } from "./scanners.list.js";

export { SCANNER };
import { n as look, r as scan, t as beginScanner } from "./look.js";

export { beginScanner, look };
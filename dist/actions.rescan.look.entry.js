import { beginScanner, imagesFor, look, scan } from "./actions.rescan.look.js";

export { beginScanner, imagesFor, look };
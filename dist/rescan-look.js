import { i as scan, n as imagesFor, r as look, t as beginScanner } from "./look.js";

export { beginScanner, imagesFor, look };
import { beginScanner, imagesFor, scanAndJudge, scanImages } from "./actions.rescan.scan-and-judge.js";

export { beginScanner, imagesFor, scanAndJudge };
import { beginScanner, imagesFor, scan, scanAndJudge } from "./actions.rescan.scan-and-judge.js";

export { beginScanner, imagesFor, scanAndJudge };
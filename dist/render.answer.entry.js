import { annotationsOf, renderLog, renderReport } from "./shared.answer.js";

export { annotationsOf, renderLog, renderReport };
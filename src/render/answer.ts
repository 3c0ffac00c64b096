/** The parts that every answer has, wherever the run is. */

export { annotationsOf } from "./annotations.ts";
export { renderReport } from "./json/report.ts";
export { renderLog } from "./log/log.ts";

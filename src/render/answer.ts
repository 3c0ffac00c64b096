/** The parts that every answer has, whatever the platform. */

export { annotationsOf } from "./annotations.ts";
export { renderReport } from "./json/report.ts";
export { renderLog } from "./log/log.ts";

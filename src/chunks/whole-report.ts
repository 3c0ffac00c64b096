// What a run needs whose comment or summary had to leave something out: one chunk of the bundle.
export { keepWholeReport } from "../whole-report.ts";

// What a run needs whose comment or summary had to leave something out: one chunk of the bundle.
export { keepWholeReport } from "../reports/keep-full-report.ts";

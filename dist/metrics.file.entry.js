import { metricsPath, replaceFile } from "./metrics.file.js";

export { replaceFile };
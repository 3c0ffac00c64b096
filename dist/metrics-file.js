import { n as replaceFile, t as metricsPath } from "./file.js";

export { metricsPath, replaceFile };
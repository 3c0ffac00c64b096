import { baselineIn, baselinesIn, readBaselineFile } from "./baseline.read-file.js";

export { baselineIn, readBaselineFile };
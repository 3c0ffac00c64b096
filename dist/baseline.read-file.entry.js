import { baselineIn, baselinesIn } from "./baseline.read-file.js";

export { baselineIn };
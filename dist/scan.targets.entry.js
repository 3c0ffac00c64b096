import { locateTarget, requireName, resolveTargets } from "./scan.targets.js";

export { locateTarget, requireName, resolveTargets };
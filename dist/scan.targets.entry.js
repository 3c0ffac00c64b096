import { locateTarget, requireName, resolveTargets, withOpinions } from "./scan.targets.js";

export { locateTarget, requireName, resolveTargets, withOpinions };
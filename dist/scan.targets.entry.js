import { locateTarget, requireName, resolveTargets, whereIs, withOpinions } from "./scan.targets.js";

export { locateTarget, requireName, resolveTargets, whereIs, withOpinions };
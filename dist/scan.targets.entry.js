import { locateTarget, requireName, resolveTargets, withOpinions } from "./shared.scan.js";

export { locateTarget, requireName, resolveTargets, withOpinions };
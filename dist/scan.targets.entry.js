import { locateTarget, requireName, resolveTargets, whereIs, withOpinions } from "./shared.scan.js";

export { locateTarget, requireName, resolveTargets, whereIs, withOpinions };
import { locateTarget, requireName, resolveTargets, withOpinions } from "./shared.scan.js";

export { resolveTargets };
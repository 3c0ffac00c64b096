import { n as requireName, r as resolveTargets, t as locateTarget } from "./targets.js";

export { resolveTargets };
import { findBases } from "./shared.judging.js";

export { findBases };
import { D as hasParts, O as hashedParts, k as partsOf } from "./start.js";

export { hashedParts };
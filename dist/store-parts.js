import { n as hashedParts, r as partsOf, t as hasParts } from "./parts.js";

export { hashedParts };
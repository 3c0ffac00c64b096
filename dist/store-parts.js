import { n as hashedParts, t as hasParts } from "./parts.js";

export { hashedParts };
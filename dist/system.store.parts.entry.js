import { hasParts, hashedParts, partsOf } from "./system.store.parts.js";

export { hashedParts };
import { hasParts, hashedParts, partsOf, writeAll } from "./system.store.parts.js";

export { hashedParts };
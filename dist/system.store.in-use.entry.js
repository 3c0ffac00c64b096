import { holdInUse, whileUnused } from "./system.store.in-use.js";

export { holdInUse };
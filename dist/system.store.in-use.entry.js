import { holdDatabases, holdInUse, whileUnused } from "./system.store.in-use.js";

export { holdDatabases };
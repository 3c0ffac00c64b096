import { command, databaseStatus } from "./cli.databases.status.js";

export { command, databaseStatus };
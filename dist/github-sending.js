import { n as decidePackages, r as sendInTurn, t as decideAlerts } from "./sending.js";

export { decideAlerts, decidePackages };
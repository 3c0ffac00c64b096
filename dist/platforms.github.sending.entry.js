import { decideAlerts, decidePackages, sendInTurn } from "./platforms.github.sending.js";

export { decideAlerts, decidePackages };
import { keepReport, keptReports } from "./platforms.gitlab.baseline.js";

export { keepReport };
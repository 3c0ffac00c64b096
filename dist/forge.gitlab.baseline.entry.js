import { keepReport, keptReports } from "./forge.gitlab.baseline.js";

export { keepReport };
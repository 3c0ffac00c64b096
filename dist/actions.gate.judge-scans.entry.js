import { judgeAttributed } from "./shared.judging.js";

export { judgeAttributed };
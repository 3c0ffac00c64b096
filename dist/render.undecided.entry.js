import { UNDECIDED } from "./shared.answer.js";

export { UNDECIDED };
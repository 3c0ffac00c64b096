import { n as layerOf, t as answerWork } from "./thread-work.js";

export { answerWork };
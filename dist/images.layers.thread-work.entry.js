import { answerWork, layerOf } from "./images.layers.thread-work.js";

export { answerWork };
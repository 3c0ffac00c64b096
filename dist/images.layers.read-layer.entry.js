import { LAYER_LIMITS, answerWork, layerOf, readLayer } from "./shared.layers.js";

export { answerWork };
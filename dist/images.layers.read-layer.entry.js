import { LAYER_LIMITS, answerWork, layerOf, readLayer } from "./images.layers.read-layer.js";

export { answerWork };
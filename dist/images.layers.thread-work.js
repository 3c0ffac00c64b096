import { ImageFault } from "./images.fault.js";
import { readLayer } from "./images.layers.read-layer.js";

// src/images/layers/thread-work.ts
async function answerWork(work) {
	try {
		return { layer: await readLayer(work) };
	} catch (error) {
		if (error instanceof ImageFault) return { problem: {
			code: error.code,
			what: error.message
		} };
		const { code, message } = error;
		return { failure: {
			code,
			message: message ?? String(error)
		} };
	}
}
function layerOf(answer) {
	if ("layer" in answer) return answer.layer;
	if ("problem" in answer) throw new ImageFault(answer.problem.code, answer.problem.what);
	const { code, message } = answer.failure;
	throw Object.assign(new Error(message), { code });
}

export { answerWork, layerOf };
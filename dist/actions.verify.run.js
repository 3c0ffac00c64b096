import { asGateError } from "./shared.thread.js";
import { EXIT_CODES, broken } from "./actions.verify.answer.js";
import { namedImage, readInputs } from "./actions.verify.inputs.js";

// src/actions/verify/run.ts
async function verify(world, platform) {
	const now = world.now();
	const answer = await verified(now, world).catch((thrown) => broken(asGateError(thrown), namedImage(world.env), now));
	const { report } = await import("./actions.verify.report.js");
	await report(answer, platform, world);
	return {
		code: EXIT_CODES[answer.verdict],
		answer
	};
}
async function verified(now, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	const { verifyImage } = await import("./actions.verify.verify-image.js");
	return verifyImage(inputs, now, world);
}

export { verify };